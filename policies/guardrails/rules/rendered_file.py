"""The rendered policies are there, and are what stack file and templates make.

`policies/rendered/<stack>.txt` is what a reviewer reads and what the other rules hold policies against. So
it must not be written by hand, nor be older than the stack: it is rendered again and compared, before
anything is made. What it grants is for `genaikeys access diff` to show.

Passes::

    type: pulumi:pulumi:Stack
    name: oci-genai-keys-trial

Fails::

    type: pulumi:pulumi:Stack
    name: oci-genai-keys-trial
    rendered: null
    says: ["policies/rendered/trial.txt is missing; run genaikeys policy render trial, and have it reviewed"]

Fails::

    type: pulumi:pulumi:Stack
    name: oci-genai-keys-trial
    replace: {"use generative-ai-chat": "manage all-resources"}
    says: ["policies/rendered/trial.txt is not what stack and templates make, first at line 5: allow \
any-user to manage all-resources in compartment genai-apps where ALL { \
request.principal.type='generativeaiapikey', request.principal.id='<key chatbot in us-chicago-1>', \
target.model.id in ('openai.gpt-oss-20b') }; run genaikeys policy render trial, and have it reviewed"]
"""

from collections.abc import Iterator
from itertools import zip_longest

from policies.guardrails.stack import Stack
from policies.guardrails.values import STACK, Resource

ID = "rendered-file"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Compare the file with what it would be."""
    if resource.type != STACK or stack.text == stack.expected:
        return
    todo = f"run genaikeys policy render {stack.name}, and have it reviewed"
    if stack.text is None:
        yield f"{stack.place} is missing; {todo}"
        return
    lines = zip_longest(stack.text.splitlines(), stack.expected.splitlines())
    number, given = next(
        ((at, one) for at, (one, other) in enumerate(lines, 1) if one != other), (1, "other line ends")
    )
    told = "its end" if given is None else given.strip()
    yield f"{stack.place} is not what stack and templates make, first at line {number}: {told}; {todo}"
