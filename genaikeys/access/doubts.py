"""What of a call isn't known, and which switch of the local OCI settles it."""

from collections.abc import Iterator
from dataclasses import replace

from genaikeys.access.call import Call
from genaikeys.iam import Answer, Decision, Policies

__all__ = ["doubts", "use_or_manage"]

_MANAGE = "GENERATIVE_AI_RESPONSE_MANAGE"


def doubts(call: Call, policies: Policies, decision: Decision) -> Iterator[str]:
    """Say what isn't known of a call that is neither granted nor refused for certain.

    Args:
        call: The call.
        policies: All policies.
        decision: The decision in question.
    """
    api = call.api
    own = [request for request in call.requests() if request.permission == api.permission]
    answers = {policies.decide(request).answer for request in own}
    if len(answers) > 1:
        what = f"Whether policies see target.model.id on {api.name} isn't known"
        yield _settled(what, "responses-see-model yes|no")
    elif answers == {Answer.YES}:
        what = (
            f"Whether {api.name} takes {api.perhaps} on the model, too, isn't known, and that isn't granted"
        )
        yield _settled(what, "responses-need-chat yes|no")
    else:
        why = decision.reason.partition("; the statement in question")[0]
        yield (
            f"{why[:1].upper()}{why[1:]}; the local OCI has no switch for it, and refuses what isn't known."
        )


def use_or_manage(call: Call, policies: Policies) -> Iterator[str]:
    """Say of a granted call on Responses that its statements may grant too little."""
    if call.api.name != "responses":
        return
    asked = replace(call.request(_MANAGE, sees_model=False), operation=None)
    if policies.decide(asked).answer is not Answer.YES:
        what = "It is granted use of generative-ai-response; whether Responses takes manage isn't known"
        yield _settled(what, "responses-need use|manage")


def _settled(what: str, switch: str) -> str:
    return f"{what}: on the local OCI `genaikeys local switch {switch}` settles it."
