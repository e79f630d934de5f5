"""What is wrong with one statement, when it was meant to let a key call a model; and what was meant.

A pure function of the statement's text, where its policy is attached, and the call.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from genaikeys.access.conjunctions import alternatives
from genaikeys.explain import placing
from genaikeys.explain.call import Call
from genaikeys.explain.excess import mentions, names_principals, too_much, with_key
from genaikeys.explain.repairs import repair
from genaikeys.explain.slips import Slip, slip
from genaikeys.iam import Answer, Statement
from genaikeys.iam.condition import Comparison, Condition
from genaikeys.iam.evaluate import mentions as asks_for
from genaikeys.iam.immutable import replaced
from genaikeys.iam.permissions import table
from genaikeys.iam.printer import print_subject
from genaikeys.iam.statement import Action, Allow, Deny, Permissions, Verb
from genaikeys.iam.subject import AnyUser, DynamicGroups, Groups
from genaikeys.iam.words import VERBS

__all__ = ["Diagnosis", "diagnose", "grants"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What is wrong with a statement.

    Attributes:
        statement: The statement, or what was probably meant by a text that is none; None where that can't be
            told.
        said: What is wrong, a sentence each without its full stop.
        told: Words by which what the engine says of the same is known.
        too_much: What it grants that nobody can have meant, likewise.
        plain: Whether it is wrong whatever it was meant for, and not only about something else.
        corrected: The statement without its mistakes, where they can be mended.
        attached: OCID of the compartment whose policy the corrected one belongs in.
    """

    statement: Statement | None
    said: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    too_much: tuple[str, ...] = ()
    plain: bool = True
    corrected: Statement | None = None
    attached: str = ""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A statement that is being corrected, and whether it is wrong whatever it was meant for."""

    allow: Allow
    attached: str
    plain: bool = field(default=False, compare=False)


Step = tuple[str | None, _Draft]
"""What is wrong, or None, and the draft without it."""


def diagnose(text: str, attached: str, call: Call) -> Diagnosis:
    """Say what is wrong with a statement as far as a call is concerned.

    Args:
        text: The statement, as somebody wrote it; it may be none.
        attached: OCID of the compartment that its policy is attached to.
        call: The call that it was meant to allow.
    """
    statement, said = repair(text)
    if statement is None:
        return Diagnosis(statement=None, said=said)
    if not isinstance(statement, Allow):
        corrected = None if not said else statement
        across = () if isinstance(statement, Deny) else (_ACROSS,)
        return Diagnosis(statement=statement, said=(*said, *across), corrected=corrected, attached=attached)
    found, draft = _walk(_CHECKS, _Draft(statement, attached), call)
    excess, allow = too_much(draft.allow, call)
    draft = replace(draft, allow=allow)
    changed = draft != _Draft(statement, attached) or said
    return Diagnosis(
        statement=statement,
        said=(*said, *found, *_case(text, statement)),
        told=(*_told(statement.condition, call), *(word for said, word in _SAME if said in " ".join(found))),
        too_much=excess,
        plain=bool(said or excess or draft.plain),
        corrected=draft.allow if changed else None,
        attached=draft.attached,
    )


_ACROSS = "It speaks of other tenancies, and grants nothing within this one"


def _walk(
    checks: tuple[Callable[[_Draft, Call], Step], ...], draft: _Draft, call: Call
) -> tuple[tuple[str, ...], _Draft]:
    said = []
    for check in checks:
        what, draft = check(draft, call)
        if what is not None:
            said.append(what)
    return tuple(said), draft


def _subject(draft: _Draft, call: Call) -> Step:
    allow = draft.allow
    if isinstance(allow.subject, AnyUser):
        return None, draft
    who = print_subject(allow.subject)
    if isinstance(allow.subject, Groups):
        what = (
            f"{who} holds users and a key is in no group, so whether it ever matches a key isn't known;"
            " any-user, with tests of the key, does"
        )
    elif isinstance(allow.subject, DynamicGroups):
        what = (
            f"{who} holds instances and the like, and a key is in no dynamic group: any-user must stand"
            " there, with tests of the key"
        )
    else:
        what = f"{who} doesn't include keys: any-user must stand there, with tests of the key"
    condition = allow.condition if names_principals(allow.condition) else with_key(allow.condition, call)
    for_keys = asks_for(allow.condition, "request.principal.type", call.caller.principal.type)
    return what, replace(draft, allow=replaced(allow, subject=AnyUser(), condition=condition), plain=for_keys)


def _action(draft: _Draft, call: Call) -> Step:
    allow, action = draft.allow, draft.allow.action
    if isinstance(action, Permissions):
        return _braces(draft, call, action)
    known = table()
    if known.mistakes(action.resource):
        near = known.nearest(action.resource)
        if near is None:
            return f"There is no resource type {action.resource}", replace(draft, plain=True)
        what = f"There is no resource type {action.resource}: the nearest is {near}"
        draft = replace(draft, allow=replaced(allow, action=replaced(action, resource=near)), plain=True)
        return what, _verb(draft, call)[1]
    return _verb(draft, call)


def _verb(draft: _Draft, call: Call) -> Step:
    """A verb below the one that it takes, or a type that is about something else."""
    action = draft.allow.action
    assert isinstance(action, Verb)  # noqa: S101 - its caller's knowledge
    if any(table().grants(action.verb, action.resource, each) is not False for each in call.permissions):
        return None, draft
    for verb in VERBS:
        if table().grants(verb, action.resource, call.api.permission):
            what = (
                f"{action.verb} {action.resource} doesn't include {call.api.permission}, which"
                f" {call.api.name} takes: {verb} does"
            )
            nothing = not table().granted(action.verb, action.resource)
            allow = replaced(draft.allow, action=replaced(action, verb=verb))
            return what, replace(draft, allow=allow, plain=draft.plain or nothing)
    return f"{action.resource} has nothing to do with {call.api.name}: that takes {call.least()}", draft


def _braces(draft: _Draft, call: Call, action: Permissions) -> Step:
    if call.api.permission in action.names:
        return None, draft
    what = f"The braces lack {call.api.permission}, which {call.api.name} takes"
    if call.api.perhaps in action.names:
        # It takes a statement of its own: what the condition says of the one need not fit the other.
        return what, draft
    known = tuple(name for name in action.names if table().knows_permission(name))
    wrong = [name for name in action.names if name not in known]
    if wrong:
        what += f"; {', '.join(wrong)} is no permission that Oracle's pages name"
    names = Permissions((*known, call.api.permission))
    return what, replace(draft, allow=replaced(draft.allow, action=names), plain=draft.plain or bool(wrong))


def _location(draft: _Draft, call: Call) -> Step:
    what, location, attached = placing.place(draft.allow.location, draft.attached, call)
    lost = call.compartments.resolve(draft.allow.location, draft.attached) is None
    return what, _Draft(replaced(draft.allow, location=location), attached, draft.plain or lost)


def _tests(draft: _Draft, call: Call) -> Step:
    condition = draft.allow.condition
    if condition is None:
        return None, draft
    said: list[Slip] = []
    mended = _mended(condition, call, said)
    what = "; ".join(dict.fromkeys(each.what for each in said)) or None
    never = not alternatives(condition)
    if never and what is None:
        what = "Its condition can never hold: two of its tests exclude each other"
    plain = draft.plain or never or any(each.plain for each in said)
    return what, replace(draft, allow=replaced(draft.allow, condition=mended), plain=plain)


def _mended(condition: Condition, call: Call, said: list[Slip]) -> Condition:
    if not isinstance(condition, Comparison):
        return type(condition)(tuple(_mended(part, call, said) for part in condition.parts))
    found = slip(condition, call)
    if found is None:
        return condition
    said.append(found)
    return found.meant or condition


def _model_on_responses(draft: _Draft, call: Call) -> Step:
    """A condition on the model where it isn't known whether the request carries one."""
    allow = draft.allow
    if call.api.sees_model is not None or not mentions(allow.condition, "target.model.id"):
        return None, draft
    action = allow.action
    if not _covers(action, call.api.permission):
        return None, draft
    what = (
        f"It tests target.model.id, and Oracle's page on that variable doesn't list {call.api.name}: if the"
        " request carries no model, the test is false"
    )
    if call.api.perhaps is not None and _covers(action, call.api.perhaps):
        # It grants chat as well, to which the test belongs.
        return f"{what}; a statement of its own, without that test, is certain", draft
    condition = None if allow.condition is None else _without(allow.condition, "target.model.id")
    return what, replace(draft, allow=replaced(allow, condition=condition), plain=True)


def _covers(action: Action, permission: str) -> bool:
    if isinstance(action, Verb):
        return table().grants(action.verb, action.resource, permission) is True
    return permission in action.names


_CHECKS = (_subject, _action, _location, _tests, _model_on_responses)


_SAME = (
    (" has nothing to do with ", " does not include "),
    ("The braces lack ", " does not include "),
    ("It tests target.model.id", "the request has no target.model.id"),
)
"""What is said here, and how the engine says it."""


def _told(condition: Condition | None, call: Call) -> Iterator[str]:
    """How the engine begins what it says of tests that are told of."""
    if isinstance(condition, Comparison):
        if slip(condition, call) is not None:
            yield f"{condition.variable} is "
    elif condition is not None:
        for part in condition.parts:
            yield from _told(part, call)


def _case(text: str, statement: Allow) -> Iterator[str]:
    """Words in another case than Oracle's pages have them."""
    action = statement.action
    words = (action.resource,) if isinstance(action, Verb) else action.names
    for word in words:
        if word not in text and word.lower() in text.lower():
            start = text.lower().index(word.lower())
            written = text[start : start + len(word)]
            yield (
                f"Oracle's pages write {word}, not {written}; case makes no difference to the engine, and no"
                " page says that it does to OCI"
            )


def _without(condition: Condition, variable: str) -> Condition | None:
    if isinstance(condition, Comparison):
        return None if condition.variable.lower() == variable else condition
    parts = tuple(part for part in (_without(each, variable) for each in condition.parts) if part is not None)
    return type(condition)(parts) if parts else None


def grants(statement: Statement, attached: str, call: Call) -> bool:
    """Whether a statement alone grants something that a call takes, however it is asked."""
    policies = call.alone(statement, attached)
    return any(policies.decide(request).answer is Answer.YES for request in call.requests())
