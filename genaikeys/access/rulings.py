"""What the policies say of a caller's calls and of readings of secrets, in one scene."""

from collections.abc import Iterator, Mapping, Sequence

from genaikeys.access.model import Ruling
from genaikeys.access.scene import OTHER_MODEL, Api, Caller, Scene, Secret
from genaikeys.iam import Answer, Decision, Policies, Principal, Request, Target, print_statement

__all__ = ["Judge"]

_OTHER = "<any other model>"
_MODEL = "target.model.id"
_READ_BUNDLE = "SECRET_BUNDLE_READ"


class Judge:
    """Asks the engine about one scene: for answers of many calls at once, and for the whole ruling of one."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._policies: Policies = scene.policies()

    def answers(self, caller: Caller, models: Sequence[str]) -> Iterator[tuple[Api, list[Answer]]]:
        """What is said of every call that a caller can make.

        Args:
            caller: Who.
            models: Names of models; `OTHER_MODEL` among them stands for one that nobody named.

        Yields:
            Each API, with an answer for each model.
        """
        names = [_name(model) for model in models]
        for api in self._scene.apis:
            if caller.suspended:
                yield api, [Answer.NO] * len(names)
                continue
            request = _request(self._scene, caller, api.permission, api.operation, {})
            own = [[self._policies.decide(request).answer] * len(names)] if api.sees_model is not True else []
            if api.sees_model is not False:
                own.append(self._policies.answer_each(request, _MODEL, names))
            perhaps = own[0]
            if api.perhaps is not None:
                asked = _request(self._scene, caller, api.perhaps, None, {})
                perhaps = self._policies.answer_each(asked, _MODEL, names)
            yield api, [_weigh(seen, also) for *seen, also in zip(*own, perhaps, strict=True)]

    def call(self, caller: Caller, api: Api, model: str) -> Ruling:
        """Rule on one call; the same answer as in `answers`."""
        if caller.suspended:
            return _bare(Answer.NO, f"the key {caller.name} is suspended")
        about = {_MODEL: _name(model)}
        seen = {True: (about,), False: ({},), None: ({}, about)}[api.sees_model]
        own = [
            self._policies.decide(_request(self._scene, caller, api.permission, api.operation, variables))
            for variables in seen
        ]
        least = min(own, key=lambda decision: _RANK[decision.answer])
        if len({decision.answer for decision in own}) > 1:
            best = max(own, key=lambda decision: _RANK[decision.answer])
            return self._doubt(best, f"it is not known whether {_MODEL} is seen on {api.name}")
        if api.perhaps is None or least.answer is not Answer.YES:
            return self._ruling(least)
        also = self._policies.decide(_request(self._scene, caller, api.perhaps, None, about))
        if also.answer is Answer.YES:
            return self._ruling(least)
        return self._doubt(
            least,
            f"it is not known whether {api.name} takes {api.perhaps} on the model, too, which is not granted",
        )

    def read(self, principal: Principal, secret: Secret) -> Ruling:
        """Rule on reading a secret."""
        target = Target(secret.compartment, secret.region, {"target.secret.id": secret.id})
        request = Request(principal, "GetSecretBundle", _READ_BUNDLE, target, self._scene.time)
        return self._ruling(self._policies.decide(request))

    def _ruling(self, decision: Decision) -> Ruling:
        return self._told(decision, decision.answer, decision.reason)

    def _doubt(self, decision: Decision, why: str) -> Ruling:
        return self._told(decision, Answer.UNKNOWN, why)

    def _told(self, decision: Decision, answer: Answer, reason: str) -> Ruling:
        if decision.policy is None:
            return _bare(answer, reason)
        written = self._scene.statements[int(decision.policy.id)]
        return Ruling(
            answer=answer,
            statement=print_statement(written.statement),
            policy=written.policy,
            source=written.source,
            reason=reason,
        )


_RANK = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.YES: 2}


def _weigh(own: Sequence[Answer], also: Answer) -> Answer:
    """What is said alike, whether the model is seen or not; a yes needs the other permission as well."""
    first = own[0]
    if len(own) > 1 and own[1] is not first:
        return Answer.UNKNOWN
    return Answer.UNKNOWN if first is Answer.YES and also is not Answer.YES else first


def _name(model: str) -> str:
    return _OTHER if model == OTHER_MODEL else model


def _request(
    scene: Scene, caller: Caller, permission: str, operation: str | None, variables: Mapping[str, str]
) -> Request:
    target = Target(caller.compartment, caller.region, variables)
    return Request(caller.principal, operation, permission, target, scene.time)


def _bare(answer: Answer, reason: str) -> Ruling:
    return Ruling(answer=answer, statement=None, policy=None, source=None, reason=reason)
