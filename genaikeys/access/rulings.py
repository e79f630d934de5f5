"""What the policies say of a caller's calls and of readings of secrets, in one scene."""

from collections.abc import Iterator, Sequence

from genaikeys.access.model import Ruling
from genaikeys.access.scene import OTHER_MODEL, Api, Caller, Scene, Secret
from genaikeys.iam import Answer, Decision, Policies, Principal, Request, Target, print_statement
from genaikeys.iam.decisions import Decisions

__all__ = ["Judge"]

_OTHER = "<any other model>"
_MODEL = "target.model.id"
_READ_BUNDLE = "SECRET_BUNDLE_READ"


class Judge:
    """Asks the engine about one scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._policies: Policies = scene.policies()

    def calls(self, caller: Caller, models: Sequence[str]) -> "Iterator[Calls]":
        """Every call that a caller can make: a row for each API.

        Args:
            caller: Who.
            models: Names of models; `OTHER_MODEL` among them stands for one that nobody named.
        """
        names = [_name(model) for model in models]
        return (Calls(self._scene, self._policies, caller, api, names) for api in self._scene.apis)

    def call(self, caller: Caller, api: Api, model: str) -> Ruling:
        """Rule on one call."""
        return Calls(self._scene, self._policies, caller, api, [_name(model)]).ruling(0)

    def read(self, principal: Principal, secret: Secret) -> Ruling:
        """Rule on reading a secret."""
        return self.ruling(self.reading(principal, secret))

    def reading(self, principal: Principal, secret: Secret) -> Decision:
        """Decide on reading a secret, without saying why."""
        target = Target(secret.compartment, secret.region, {"target.secret.id": secret.id})
        request = Request(principal, "GetSecretBundle", _READ_BUNDLE, target, self._scene.time)
        return self._policies.decide(request)

    def ruling(self, decision: Decision) -> Ruling:
        """The same, and why."""
        return _ruling(self._scene, decision)


class Calls:
    """Calls of one caller on one API, one for each of some models.

    Attributes:
        api: The API.
        answers: What is said of each call.
    """

    __slots__ = ("_also", "_blurred", "_caller", "_own", "_scene", "answers", "api")

    def __init__(
        self, scene: Scene, policies: Policies, caller: Caller, api: Api, names: Sequence[str]
    ) -> None:
        self.api = api
        self._scene = scene
        self._caller = caller
        self._own: list[Decision | Decisions] = []
        self._also: Decisions | None = None
        self._blurred: dict[int, Decision] = {}
        if caller.suspended:
            self.answers = [Answer.NO] * len(names)
            return
        request = _request(scene, caller, api.permission, api.operation)
        columns = []
        if api.sees_model is not True:
            blind = policies.decide(request)
            self._own.append(blind)
            columns.append([blind.answer] * len(names))
        if api.sees_model is not False:
            seeing = policies.decide_each(request, _MODEL, names)
            self._own.append(seeing)
            columns.append(seeing.answers)
        self.answers = columns[0]
        if api.perhaps is not None:
            self._also = policies.decide_each(_request(scene, caller, api.perhaps, None), _MODEL, names)
            columns.append(self._also.answers)
        elif len(columns) > 1:
            columns.append(columns[0])
        if len(columns) > 1:
            self.answers = [_weigh(own, also) for *own, also in zip(*columns, strict=True)]
        if scene.endpoints.intersection(names):
            self._blur(policies, names)

    def _blur(self, policies: Policies, names: Sequence[str]) -> None:
        """Leave open what is said of a dedicated endpoint, where it depends on what policies see of one."""
        api = self.api
        asked = [(api.permission, api.operation), *([(api.perhaps, None)] if api.perhaps else [])]
        looks = [
            _looks(_request(self._scene, self._caller, permission, operation), policies, self._scene)
            for permission, operation in asked
        ]
        found = [{look.answer for look in each} for each in looks]
        if found[0] == {Answer.NO} or all(each == {Answer.YES} for each in found):
            return
        best = max(looks[0], key=lambda decision: _RANK[decision.answer])
        self._blurred = {place: best for place, name in enumerate(names) if name in self._scene.endpoints}
        for place in self._blurred:
            self.answers[place] = Answer.UNKNOWN

    def ruling(self, place: int) -> Ruling:
        """The answer to one of the calls, and why."""
        api = self.api
        if self._caller.suspended:
            return _bare(Answer.NO, f"the key {self._caller.name} is suspended")
        if place in self._blurred:
            why = (
                f"it is not known whether {_MODEL} of a dedicated endpoint is its OCID, its model or nothing"
            )
            return _doubt(self._scene, self._blurred[place], why)
        own = [each[place] if isinstance(each, Decisions) else each for each in self._own]
        first = own[0]
        if first.answer is not own[-1].answer:
            best = max(own, key=lambda decision: _RANK[decision.answer])
            return _doubt(self._scene, best, f"it is not known whether {_MODEL} is seen on {api.name}")
        if first.answer is not Answer.YES or self._also is None or self._also.answers[place] is Answer.YES:
            return _ruling(self._scene, first)
        return _doubt(
            self._scene,
            first,
            f"it is not known whether {api.name} takes {api.perhaps} on the model, too, which is not granted",
        )


def _looks(request: Request, policies: Policies, scene: Scene) -> list[Decision]:
    """What is decided of a call whose model policies may see as anything, or not at all."""
    seeing = policies.decide_each(request, _MODEL, [*scene.models, _OTHER])
    return [policies.decide(request), *(seeing[place] for place in range(len(scene.models) + 1))]


def _ruling(scene: Scene, decision: Decision) -> Ruling:
    return _written(scene, decision, decision.answer, decision.reason)


def _doubt(scene: Scene, decision: Decision, why: str) -> Ruling:
    return _written(scene, decision, Answer.UNKNOWN, why)


def _written(scene: Scene, decision: Decision, answer: Answer, reason: str) -> Ruling:
    if decision.policy is None:
        return _bare(answer, reason)
    written = scene.statements[int(decision.policy.id)]
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


def _request(scene: Scene, caller: Caller, permission: str, operation: str | None) -> Request:
    target = Target(caller.compartment, caller.region, {})
    return Request(caller.principal, operation, permission, target, scene.time)


def _bare(answer: Answer, reason: str) -> Ruling:
    return Ruling(answer=answer, statement=None, policy=None, source=None, reason=reason)
