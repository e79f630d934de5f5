"""What the statements of a scene say for a call, and against it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from genaikeys.access.foreign import Foreign
from genaikeys.access.model import Ruling
from genaikeys.access.rulings import Judge
from genaikeys.access.scene import Scene, Written
from genaikeys.explain.call import Call
from genaikeys.explain.doubts import doubts, use_or_manage
from genaikeys.explain.explanation import Shown
from genaikeys.explain.mistakes import Diagnosis, diagnose, grants
from genaikeys.explain.readings import Reading, Readings
from genaikeys.explain.slips import MAY_BE
from genaikeys.iam import (
    Answer,
    Decision,
    Request,
    Statement,
    StatementError,
    parse_statement,
    print_statement,
)
from genaikeys.iam.place import Tenancy
from genaikeys.iam.statement import Allow, Deny, Verb
from genaikeys.iam.subject import AnyUser

__all__ = ["Correction", "Plea", "Pleas"]


@dataclass(frozen=True, slots=True)
class Correction:
    """A statement without its mistakes, and OCID of the compartment whose policy it belongs in."""

    statement: Statement
    attached: str
    moved: str | None
    """Name of that compartment, where it is another one than before."""
    plain: bool
    """Whether the statement is wrong whatever it was meant for, so that nothing is lost with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plea:
    """What is said of one call.

    Attributes:
        granted: What the policies say.
        reasons: Why, a sentence each.
        statements: The statements that matter.
        unknown: What isn't known, and what settles it.
        corrections: Statements that need only to be corrected.
    """

    granted: Answer
    reasons: tuple[str, ...] = ()
    statements: tuple[Shown, ...] = ()
    unknown: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A statement, and its correction, if that would grant something."""

    shown: Shown
    correction: Correction | None


class Pleas:
    """Looks into one scene, with foreign statements added.

    Args:
        scene: The scene, without them.
        foreign: The foreign statements; what is none counts as nothing.
    """

    def __init__(self, scene: Scene, foreign: tuple[Foreign, ...]) -> None:
        read = [(each, _parsed(each)) for each in foreign]
        written = tuple(each for _, each in read if each is not None)
        self._texts = {id(each): original.text for original, each in read if each is not None}
        self._foreign = foreign
        self._written = written
        self.scene = replace(scene, statements=(*scene.statements, *written))
        self.policies = self.scene.policies()
        self.judge = Judge(self.scene)
        above = (step for each in scene.callers for step in scene.compartments.path(each.compartment))
        self.known = tuple(dict.fromkeys(above))
        self._readings = Readings(self.scene, foreign)

    def of(self, call: Call) -> Plea:
        """Say what is said of a call."""
        if call.caller.suspended:
            why = f"The key {call.caller.name} is suspended: neither of its secrets works."
            return Plea(granted=Answer.NO, reasons=(why,))
        ruling = self.judge.call(call.caller, call.api, call.model)
        if ruling.answer is Answer.YES:
            return self._yes(call)
        if ruling.answer is Answer.NO:
            denied = [each for each, surely in self.denials(call) if surely]
            if denied:
                shown = tuple(self._found("denies", each, call).shown for each in denied)
                return Plea(granted=Answer.NO, reasons=("A deny outweighs every allow.",), statements=shown)
        return self._refused(call, ruling)

    def denials(self, call: Call) -> tuple[tuple[Written, bool], ...]:
        """The statements that deny something of a call, or may; and whether they surely do."""
        everything = Written(
            statement=Allow(AnyUser(), Verb("manage", "all-resources"), Tenancy()),
            policy="everything",
            compartment=self.scene.compartments.path(call.caller.compartment)[-1],
        )
        found = []
        for each in self.scene.statements:
            if not isinstance(each.statement, Deny):
                continue
            policies = replace(self.scene, statements=(each, everything)).policies()
            answers = {policies.decide(request).answer for request in call.requests()}
            if answers != {Answer.YES}:
                found.append((each, Answer.NO in answers))
        return tuple(found)

    def readers(self, call: Call) -> Reading:
        """What the foreign statements say of reading the key's secret."""
        return self._readings.of(call)

    def _yes(self, call: Call) -> Plea:
        deciding = [self.policies.decide(request) for request in call.requests()]
        written = dict.fromkeys(self._index(each) for each in deciding)
        found = [self._found("grants", self.scene.statements[each], call) for each in written]
        found += self._mistaken(call, {each.shown.statement for each in found})
        shown = tuple(each.shown for each in found)
        return Plea(
            granted=Answer.YES,
            reasons=self._combine(shown),
            statements=shown,
            unknown=tuple(use_or_manage(call, self.policies)),
        )

    def _refused(self, call: Call, ruling: Ruling) -> Plea:
        granted = ruling.answer
        unknown = tuple(dict.fromkeys(doubts(call, self.policies))) if granted is Answer.UNKNOWN else ()
        found: list[_Found] = []
        for request in call.requests():
            decision = self.policies.decide(request)
            if decision.answer is Answer.UNKNOWN and decision.statement is not None:
                found.append(self._found("undecided", self._of(decision), call, request))
            elif decision.answer is Answer.NO:
                found += [
                    self._found("closest", each, call, request) for each in self._closest(call, decision)
                ]
                break
        found += self._mistaken(call, {each.shown.statement for each in found})
        shown = {(each.shown.statement, each.shown.source): each for each in reversed(found)}
        found = list(reversed(shown.values()))
        told = tuple(each.shown for each in found)
        if granted is Answer.NO and any(MAY_BE in why for each in told for why in each.why):
            granted = Answer.UNKNOWN
        reasons = () if told or unknown else (f"No statement speaks of {call.caller.name}.",)
        return Plea(
            granted=granted,
            reasons=reasons,
            statements=told,
            unknown=unknown,
            corrections=tuple(each.correction for each in found if each.correction is not None),
        )

    def _closest(self, call: Call, decision: Decision) -> Iterator[Written]:
        """The statements that came closest; of the stack's own only those that are not about another key."""
        for near in decision.closest:
            written = self.scene.statements[int(near.policy.id)]
            own = id(written) not in self._texts
            if own and f"<key {call.caller.name} in " not in print_statement(written.statement):
                if "<key " in print_statement(written.statement):
                    continue
                if self.scene.compartments.resolve(near.statement.location, written.compartment) not in (
                    self.scene.compartments.path(call.caller.compartment)
                ):
                    continue
            yield written

    def _found(self, role: str, written: Written, call: Call, request: Request | None = None) -> _Found:
        text = self._texts.get(id(written)) or print_statement(written.statement)
        found = diagnose(text, written.compartment, call)
        origin = Foreign(
            text=text, policy=written.policy, compartment=written.compartment, source=written.source
        )
        if request is not None:
            return self._told(role, origin, found, call, self._rest(found, call, request))
        return self._told(role, origin, found if found.too_much else replace(found, corrected=None), call)

    def _rest(self, found: Diagnosis, call: Call, request: Request) -> tuple[str, ...]:
        """What would keep the statement from granting after its mistakes were mended."""
        statement = found.corrected or found.statement
        if statement is None or isinstance(statement, Deny):
            return ()
        decision = call.alone(statement, found.attached).decide(request)
        why = decision.closest[0].why if decision.closest else ()
        return tuple(each for each in why if not any(word in each for word in found.told))

    def _mistaken(self, call: Call, already: set[str]) -> Iterator[_Found]:
        """Foreign statements about keys or Generative AI that are wrong, whatever they were meant for."""
        for each in self._foreign:
            if each.text in already or not _concerns(each.text):
                continue
            found = diagnose(each.text, each.compartment, call)
            if found.plain and (found.said or found.too_much):
                yield self._told("mistaken", each, found, call)

    def _told(
        self, role: str, origin: Foreign, found: Diagnosis, call: Call, rest: tuple[str, ...] = ()
    ) -> _Found:
        correction = None
        if found.corrected is not None and grants(found.corrected, found.attached, call):
            moved = None if found.attached == origin.compartment else call.name(found.attached)
            correction = Correction(found.corrected, found.attached, moved, found.plain)
        shown = Shown(
            role=role,
            policy=origin.policy,
            attached=call.name(origin.compartment),
            source=origin.source,
            statement=origin.text,
            why=(*found.said, *rest),
            too_much=found.too_much,
            corrected=None if correction is None else call.shown(correction.statement),
            corrected_in=None if correction is None else correction.moved,
        )
        return _Found(shown, correction)

    def _combine(self, shown: tuple[Shown, ...]) -> tuple[str, ...]:
        """Two statements whose conditions were meant to hold together."""
        if not any(each.too_much for each in shown):
            return ()
        texts = [print_statement(each.statement) for each in self._written]
        sorts = {("request.principal." in text, "target.model.id" in text) for text in texts}
        return (_COMBINE,) if {(True, False), (False, True)} <= sorts else ()

    def _of(self, decision: Decision) -> Written:
        return self.scene.statements[self._index(decision)]

    def _index(self, decision: Decision) -> int:
        assert decision.policy is not None  # noqa: S101 - a statement decided
        return int(decision.policy.id)


def _parsed(foreign: Foreign) -> Written | None:
    try:
        statement = parse_statement(foreign.text)
    except StatementError:
        return None
    return Written(
        statement=statement, policy=foreign.policy, compartment=foreign.compartment, source=foreign.source
    )


def _concerns(text: str) -> bool:
    folded = text.lower()
    return any(word in folded for word in ("generative", "apikey", "target.model"))


_COMBINE = (
    "Each statement grants on its own, and the conditions of two never combine: write them into one"
    " statement, in one ALL { ... }."
)
