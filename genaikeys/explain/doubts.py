"""What of a call isn't known, and which switch of the local OCI settles it."""

from collections.abc import Iterator
from dataclasses import replace

from genaikeys.explain.call import Call
from genaikeys.iam import Answer, Policies

__all__ = ["doubts", "use_or_manage"]

_NO_SWITCH = "The local OCI has no switch for it, and refuses what isn't known."
_MANAGE = "GENERATIVE_AI_RESPONSE_MANAGE"


def doubts(call: Call, policies: Policies) -> Iterator[str]:
    """Say what isn't known of a call that is neither granted nor refused for certain."""
    api = call.api
    found = [(request, policies.decide(request)) for request in call.requests()]
    own = {decision.answer for request, decision in found if request.permission == api.permission}
    for _, decision in found:
        if decision.answer is Answer.UNKNOWN:
            why = decision.reason.partition("; the statement in question")[0]
            yield f"It isn't known here: {why}. {_NO_SWITCH}"
    if len(own) > 1:
        what = f"Whether policies see target.model.id on {api.name} isn't known"
        yield _settled(what, "responses-see-model yes|no")
    elif own == {Answer.YES}:
        what = (
            f"Whether {api.name} takes {api.perhaps} on the model, too, isn't known, and that isn't granted"
        )
        yield _settled(what, "responses-need-chat yes|no")


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
