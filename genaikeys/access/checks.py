"""What is wrong with a statement though it can be read: nobody wants to review it before that is mended."""

from collections import Counter
from collections.abc import Iterable

from genaikeys.access.conjunctions import alternatives
from genaikeys.access.scene import Scene, Written
from genaikeys.errors import KitError
from genaikeys.iam import print_statement
from genaikeys.iam.permissions import table
from genaikeys.iam.statement import Allow, Deny, Verb
from genaikeys.numbering import MOST
from genaikeys.rendered import MOST_ON_A_PATH

__all__ = ["check", "check_counts"]

LONGEST = 20_000
"""Characters of a statement. Ours: OCI prints no limit; thirty models take some 1,500."""


def check(written: Written) -> None:
    """Refuse a statement that can't be meant.

    Raises:
        KitError: It is too long, its condition can never hold, or there is no such resource type; it names
            the line.
    """
    statement = written.statement
    text = print_statement(statement)
    if len(text) > LONGEST:
        raise _refused(written, f"a statement of {len(text)} characters; at most {LONGEST} are taken.")
    if not isinstance(statement, Allow | Deny):
        return
    if not alternatives(statement.condition):
        raise _refused(written, f"the condition can never hold: {text}")
    action = statement.action
    if isinstance(action, Verb) and table().mistakes(action.resource):
        near = table().nearest(action.resource)
        hint = f"; the nearest is {near}" if near else ""
        raise _refused(written, f"there is no resource type {action.resource}{hint}: {text}")


def check_counts(scene: Scene, statements: Iterable[Written]) -> None:
    """Refuse more statements than OCI takes.

    Raises:
        KitError: In one policy, or on the path down to one compartment; it names the first line too many.
    """
    policies: Counter[tuple[str, str]] = Counter()
    held: Counter[str] = Counter()
    for written in statements:
        policies[written.compartment, written.policy] += 1
        held[written.compartment] += 1
        if policies[written.compartment, written.policy] > MOST:
            raise _refused(written, f"policy {written.policy} has more than {MOST} statements.")
        for compartment in held:
            path = scene.compartments.path(compartment)
            if written.compartment in path and sum(held[each] for each in path) > MOST_ON_A_PATH:
                name = scene.compartments.name(compartment)
                raise _refused(
                    written,
                    f"more than {MOST_ON_A_PATH} statements stand on the path down to compartment {name}.",
                )


def _refused(written: Written, what: str) -> KitError:
    where = f"{written.source.file}:{written.source.line}: " if written.source else ""
    return KitError(f"{where}{what}", next_step="Correct it and run again.")
