"""Foreign statements about secrets in Vault: reading a key's secret is calling with it."""

from dataclasses import dataclass, replace

from genaikeys.access.foreign import Foreign
from genaikeys.access.matrix import ANYONE, readers_of
from genaikeys.access.rulings import Judge
from genaikeys.access.scene import Scene, Secret, Written
from genaikeys.explain.call import Call
from genaikeys.explain.explanation import Shown
from genaikeys.explain.repairs import repair
from genaikeys.iam import Answer, print_statement
from genaikeys.iam.condition import Comparison, Condition
from genaikeys.iam.immutable import replaced
from genaikeys.iam.statement import Allow

__all__ = ["Reading", "Readings"]

_SECRET = "target.secret.id"  # noqa: S105 - a variable of policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the foreign statements say of reading one secret.

    Attributes:
        statements: Those that don't let anybody read it.
        wanting: Whom they were meant to let.
    """

    statements: tuple[Shown, ...] = ()
    wanting: tuple[str, ...] = ()


class Readings:
    """Looks at the foreign statements that speak of secrets."""

    def __init__(self, scene: Scene, foreign: tuple[Foreign, ...]) -> None:
        self._scene = scene
        self._foreign = tuple(each for each in foreign if "secret" in each.text.lower())

    def of(self, call: Call) -> Reading:
        """Say which of them miss the key's secret in its region."""
        secret = next(
            (
                each
                for each in self._scene.secrets
                if (each.key, each.region) == (call.caller.name, call.caller.region)
            ),
            None,
        )
        if secret is None:
            return Reading()
        shown, wanting = [], []
        for each in self._foreign:
            statement, said = repair(each.text)
            if isinstance(statement, Allow):
                found, who = self._missed(each, statement, said, secret, call)
                shown += found
                wanting += who
        return Reading(statements=tuple(shown), wanting=tuple(dict.fromkeys(wanting)))

    def _missed(
        self, origin: Foreign, allow: Allow, said: tuple[str, ...], secret: Secret, call: Call
    ) -> tuple[list[Shown], list[str]]:
        alone = self._alone(allow, origin)
        who = [name for name in readers_of(alone) if name != ANYONE]
        rulings = [Judge(alone).read(readers_of(alone)[name], secret) for name in who]
        if not who or (not said and any(each.answer is not Answer.NO for each in rulings)):
            return [], []
        mended = (
            allow if allow.condition is None else replaced(allow, condition=_with(allow.condition, secret))
        )
        right = self._alone(mended, origin)
        helps = Judge(right).read(readers_of(right)[who[0]], secret).answer is Answer.YES
        why = tuple(dict.fromkeys(each.reason.partition("; the closest statement")[0] for each in rulings))
        shown = Shown(
            role="reads",
            policy=origin.policy,
            attached=call.name(origin.compartment),
            source=origin.source,
            statement=origin.text,
            why=(*said, *(f"It doesn't let {who[0]} read the key's secret: {each}" for each in why)),
            corrected=print_statement(mended) if helps else None,
        )
        return [shown], who

    def _alone(self, allow: Allow, origin: Foreign) -> Scene:
        written = Written(statement=allow, policy=origin.policy, compartment=origin.compartment)
        return replace(self._scene, statements=(written,))


def _with(condition: Condition, secret: Secret) -> Condition:
    if not isinstance(condition, Comparison):
        return type(condition)(tuple(_with(part, secret) for part in condition.parts))
    if condition.variable.lower() != _SECRET:
        return condition
    return Comparison(_SECRET, "=", (secret.id,))
