"""The access matrix of one scene: who can call which model where, and who can read which secret."""

from collections.abc import Iterator

from genaikeys.access.model import Access, Cell, Reader
from genaikeys.access.rulings import Judge
from genaikeys.access.scene import OTHER_MODEL, Scene
from genaikeys.iam import Answer, Principal
from genaikeys.iam.permissions import table
from genaikeys.iam.printer import print_subject
from genaikeys.iam.statement import Allow, Verb
from genaikeys.iam.subject import AnyGroup, AnyUser, ById, DynamicGroups, Groups, Member, Services, Subject

__all__ = ["ANYONE", "access", "readers_of"]

ANYONE = "anyone else"
_READ_BUNDLE = "SECRET_BUNDLE_READ"


def access(scene: Scene) -> Access:
    """Work out the whole matrix."""
    return Access(stack=scene.stack, cells=tuple(_cells(scene)), readers=tuple(_readers(scene)))


def readers_of(scene: Scene) -> dict[str, Principal]:
    """Whom the statements let read secrets, or may let: one principal for each subject, and anyone else."""
    found = {ANYONE: Principal("user", "<anyone else>")}
    for written in scene.statements:
        statement = written.statement
        if not isinstance(statement, Allow):
            continue
        action = statement.action
        if isinstance(action, Verb):
            covers = table().grants(action.verb, action.resource, _READ_BUNDLE) is not False
        else:
            covers = _READ_BUNDLE in action.names
        if covers:
            found.update(_principals(statement.subject))
    return found


def _cells(scene: Scene) -> Iterator[Cell]:
    judge = Judge(scene)
    models = (*scene.models, OTHER_MODEL)
    for caller in scene.callers:
        for row in judge.calls(caller, models):
            for number, model in enumerate(models):
                offered, reason = scene.offered.get(
                    (model, row.api.name, caller.region),
                    (Answer.UNKNOWN, f"the catalogue doesn't tell of {model} in {caller.region}"),
                )
                yield Cell(
                    principal=caller.name,
                    region=caller.region,
                    model=model,
                    api=row.api.name,
                    granted=row.ruling(number),
                    offered=offered,
                    offered_reason=reason,
                )


def _readers(scene: Scene) -> Iterator[Reader]:
    judge = Judge(scene)
    principals = readers_of(scene)
    for secret in scene.secrets:
        for name, principal in principals.items():
            decision = judge.reading(principal, secret)
            if decision.answer is not Answer.NO:
                granted = judge.ruling(decision)
                yield Reader(reader=name, key=secret.key, region=secret.region, granted=granted)


def _principals(subject: Subject) -> Iterator[tuple[str, Principal]]:
    """A member of each group that a subject names."""
    if isinstance(subject, AnyUser | AnyGroup):
        return
    if isinstance(subject, Groups | DynamicGroups):
        for member in subject.members:
            name = print_subject(type(subject)((member,)))
            groups = frozenset((_group(member),))
            if isinstance(subject, Groups):
                yield name, Principal("user", f"<a member of {name}>", groups=groups)
            else:
                yield name, Principal("instance", f"<a member of {name}>", dynamic_groups=groups)
    elif isinstance(subject, Services):
        for service in subject.names:
            yield f"service {service}", Principal("service", service)


def _group(member: Member) -> str:
    if isinstance(member, ById):
        return member.ocid
    return member.name if member.domain is None else f"{member.domain}/{member.name}"
