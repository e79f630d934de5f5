"""What counts as a change of access, and which verdict it gets."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genaikeys.access.compare import compare
from genaikeys.access.model import Difference, Verdict
from genaikeys.access.scene import OTHER_MODEL, Scene
from genaikeys.iam import Answer, parse_statement, print_statement
from genaikeys.iam.condition import Both, Comparison, Either
from genaikeys.iam.permissions import table
from genaikeys.iam.statement import Allow, Deny, Permissions, Statement, Verb
from genaikeys.iam.subject import DynamicGroups, Groups
from tests.access.scenery import ALLOWS, DENIES, KEY, MODELS, SECRET, STATEMENTS, scene, written
from tests.iam.strategies import APPS, LAB, PROD

LAW = settings(deadline=None)
ANY_KEY = "request.principal.type='generativeaiapikey'"
CHAT = f"allow any-user to use generative-ai-chat in compartment apps where ALL {{ {ANY_KEY}, %s }}"
RESPONSES = f"allow any-user to manage generative-ai-response in compartment apps where {ANY_KEY}"
ONE = f"target.model.id in ('{MODELS[0]}')"
TWO = f"target.model.id in ('{MODELS[0]}', '{MODELS[1]}')"


def changed(difference: Difference) -> list[tuple[str, str, str, str]]:
    """The cells: who, model, API, and from which answer to which."""
    return [
        (
            cell.principal,
            cell.model,
            cell.api,
            f"{cell.before.answer if cell.before else '-'} {cell.after.answer if cell.after else '-'}",
        )
        for cell in difference.cells
    ]


def test_model_that_is_added_broadens() -> None:
    """One cell, with the statements that decide before and after."""
    found = compare(scene(CHAT % ONE), scene(CHAT % TWO))
    assert changed(found) == [("bot", MODELS[1], "chat", "no yes")]
    (cell,) = found.cells
    assert cell.before is not None
    assert cell.after is not None
    assert (cell.before.statement, cell.before.policy) == (None, None)
    assert cell.before.reason == (
        f"target.model.id is '{MODELS[1]}', not '{MODELS[0]}';"
        f" the closest statement, in policy p: {CHAT % ONE}"
    )
    assert (cell.after.statement, cell.after.policy) == (CHAT % TWO, "p")
    assert (found.verdict, found.reasons) == (Verdict.BROADENS, ("1 call is newly allowed",))
    assert (found.readers, found.others) == ((), ())


def test_model_that_is_taken_away_narrows() -> None:
    """On Responses as well, where it isn't known whether the model is looked at."""
    found = compare(scene(CHAT % TWO, RESPONSES), scene(CHAT % ONE, RESPONSES))
    assert changed(found) == [
        ("bot", MODELS[1], "chat", "yes no"),
        ("bot", MODELS[1], "responses", "yes unknown"),
    ]
    assert found.verdict is Verdict.NARROWS
    assert found.reasons == ("1 call is no longer allowed for certain", "1 call is no longer allowed")


def test_family_broadens_beyond_the_models_of_the_stack() -> None:
    """Models that nobody named are a cell of their own, and what isn't a call is told, too."""
    family = f"allow any-user to use generative-ai-family in compartment apps where {ANY_KEY}"
    found = compare(scene(CHAT % ONE, RESPONSES), scene(family, RESPONSES))
    assert ("bot", OTHER_MODEL, "chat", "no yes") in changed(found)
    assert found.verdict is Verdict.BROADENS
    assert [other.statement for other in found.others] == [print_statement(parse_statement(family))]
    assert {"GENERATIVE_AI_APIKEY_UPDATE", "GENERATIVE_AI_MODEL_INSPECT"} <= set(found.others[0].permissions)
    assert "GENERATIVE_AI_CHAT" not in found.others[0].permissions


def test_dropped_principal_condition_lets_anyone_in() -> None:
    """Nobody's key gains a cell, but a user in no group does."""
    found = compare(scene(CHAT % ONE), scene((CHAT % ONE).replace(f"{ANY_KEY}, ", "")))
    assert changed(found) == [("anyone else in apps", MODELS[0], "chat", "no yes")]
    assert found.verdict is Verdict.BROADENS


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("allow group devs to manage all-resources in tenancy", Verdict.BROADENS),
        ("allow group devs to manage virtual-network-family in compartment lab", Verdict.BROADENS),
        ("deny group devs to manage virtual-network-family in compartment lab", Verdict.NARROWS),
        ("allow group devs to inspect compartments in compartment nowhere", Verdict.NONE),
        ("define tenancy other as ocid1.tenancy.oc1..other", Verdict.NONE),
    ],
)
def test_statement_about_something_else_counts(text: str, verdict: Verdict) -> None:
    """What no cell shows is compared all the same; what resolves nowhere grants nothing."""
    assert compare(scene(CHAT % ONE), scene(CHAT % ONE, text)).verdict is verdict


def test_other_change_is_told_whole() -> None:
    """Whom, what, where and when, and the statement that says so."""
    text = "allow group devs, 'Ops Team' to { VAULT_READ } in compartment lab where request.region='ord'"
    found = compare(scene(), scene(text))
    assert [
        (other.gained, other.subject, other.permissions, other.location, other.condition, other.policy)
        for other in found.others
    ] == [
        (True, "group devs", ("VAULT_READ",), "compartment lab", "request.region='ord'", "p"),
        (True, "group 'ops team'", ("VAULT_READ",), "compartment lab", "request.region='ord'", "p"),
    ]
    assert found.reasons == ("2 grants beyond calls and secrets are gained",)


def test_reader_of_a_secret_is_shown() -> None:
    """Reading is calling."""
    text = f"allow dynamic-group app to read secret-bundles in tenancy where target.secret.id='{SECRET}'"
    found = compare(scene(), scene(text))
    assert [(each.reader, each.key, each.after.answer if each.after else None) for each in found.readers] == [
        ("dynamic-group app", "bot", Answer.YES)
    ]
    assert (found.verdict, found.cells, found.others) == (Verdict.BROADENS, (), ())
    assert compare(scene(text), scene()).verdict is Verdict.NARROWS


def test_condition_that_is_not_modelled_is_unknown() -> None:
    """Perhaps it grants."""
    found = compare(scene(), scene(CHAT % "request.ad='AD-1'"))
    assert {change[-1] for change in changed(found)} == {"no unknown"}
    assert found.verdict is Verdict.UNKNOWN


def test_suspended_key_narrows_and_resumed_broadens() -> None:
    """Its statements stand, and it can't call."""
    awake = scene(CHAT % ONE)
    bot, *rest = awake.callers
    asleep = replace(awake, callers=(replace(bot, suspended=True), *rest))
    found = compare(awake, asleep)
    assert changed(found) == [("bot", MODELS[0], "chat", "yes no")]
    assert found.verdict is Verdict.NARROWS
    assert found.cells[0].after is not None
    assert found.cells[0].after.reason == "the key bot is suspended"
    assert compare(asleep, awake).verdict is Verdict.BROADENS


def test_new_key_broadens_and_a_key_that_is_gone_narrows() -> None:
    """There is no ruling where there is no key."""
    both = scene(CHAT % ONE)
    fewer = replace(both, callers=both.callers[1:])
    assert changed(compare(fewer, both)) == [("bot", MODELS[0], "chat", "- yes")]
    assert compare(fewer, both).verdict is Verdict.BROADENS
    assert changed(compare(both, fewer)) == [("bot", MODELS[0], "chat", "yes -")]
    assert compare(both, fewer).verdict is Verdict.NARROWS


_BY_ID = f"request.principal.id='{KEY}'"
_BY_TYPE = "ALL { request.principal.type='generativeaiapikey', request.principal.id='x' }"
SAME = {
    "split models": ([CHAT % TWO], [CHAT % ONE, CHAT % f"target.model.id='{MODELS[1]}'"]),
    "in and any": (
        [CHAT % TWO],
        [CHAT % f"ANY {{ target.model.id='{MODELS[1]}', target.model.id='{MODELS[0]}' }}"],
    ),
    "redundant": ([CHAT % TWO], [CHAT % TWO, CHAT % ONE]),
    "case": ([CHAT % TWO], [(CHAT % TWO).upper().replace("COMPARTMENT APPS", "compartment Apps")]),
    "pattern without a star": ([CHAT % ONE], [CHAT % f"target.model.id=/{MODELS[0]}/"]),
    "needless test": ([CHAT % ONE], [CHAT % f"ALL {{ {ONE}, target.model.id!='{MODELS[1]}' }}"]),
    "family and its members": (
        ["allow group g to manage key-family in tenancy"],
        [
            "allow group g to manage vaults in tenancy",
            "allow group g to manage keys in tenancy",
            "allow group g to manage key-delegate in tenancy",
        ],
    ),
    "verb and permission set": (
        ["allow group g to use generative-ai-chat in tenancy"],
        ["allow group g to { GENERATIVE_AI_CHAT } in tenancy"],
    ),
    "list of groups": (
        ["allow group g, h to read vaults in tenancy"],
        ["allow group h to read vaults in tenancy", "allow group Default/G to read vaults in tenancy"],
    ),
    "two keys in one list": (
        [CHAT % f"request.principal.id in ('{KEY}', 'x')"],
        [CHAT % f"request.principal.id='{KEY}'", CHAT % "request.principal.id='x'"],
    ),
    "keys of a group in alternatives": (
        [f"allow group g to manage generative-ai-response in tenancy where ANY {{ {_BY_ID}, {_BY_TYPE} }}"],
        [
            f"allow group g to manage generative-ai-response in tenancy where {_BY_ID}",
            f"allow group g to manage generative-ai-response in tenancy where {_BY_TYPE}",
        ],
    ),
    "covered from above": (
        ["allow group g to read vaults in tenancy"],
        ["allow group g to read vaults in tenancy", "allow group g to inspect vaults in compartment apps"],
    ),
    "covered by any-user": (
        ["allow any-user to read vaults in tenancy"],
        ["allow any-user to read vaults in tenancy", "allow group g to read vaults in tenancy"],
    ),
    "condition that never holds": ([CHAT % ONE], [CHAT % ONE, CHAT % "ALL { a.b='c', a.b='d' }"]),
    "another policy": ([CHAT % ONE], [CHAT % ONE]),
}


@pytest.mark.parametrize(("before", "after"), SAME.values(), ids=SAME.keys())
def test_same_access_in_other_words_is_no_change(before: list[str], after: list[str]) -> None:
    """In either direction."""
    one, other = scene(*before), scene(*after, policy="q")
    assert (compare(one, other).verdict, compare(other, one).verdict) == (Verdict.NONE, Verdict.NONE)
    assert compare(one, other).reasons == ()


def test_statement_that_moves_up_broadens_and_down_narrows() -> None:
    """A compartment holds what lies below it."""
    up = "allow group g to read vaults in compartment apps"
    down = "allow group g to read vaults in compartment apps:prod"
    assert compare(scene(down), scene(up)).verdict is Verdict.BROADENS
    assert compare(scene(up), scene(down)).verdict is Verdict.NARROWS


def test_place_counts_not_its_spelling() -> None:
    """By id, by path, or from a policy attached further down."""
    by_path = scene("allow group g to read vaults in compartment apps:prod")
    by_id = scene(f"allow group g to read vaults in compartment id {PROD}", attached=APPS)
    assert compare(by_path, by_id).verdict is Verdict.NONE


@LAW
@given(STATEMENTS, st.randoms(use_true_random=False))
def test_refactored_statements_are_no_change(texts: list[str], chance: Random) -> None:
    """Shuffled, split, respelt, doubled: no cell changes, and the verdict is none."""
    statements = [parse_statement(text) for text in texts]
    parts = [part for each in statements for part in _split(each, chance)]
    parts += [each for each in parts if chance.random() < 0.3]
    chance.shuffle(parts)
    respelt = [parse_statement(_loud(print_statement(each))) for each in parts]
    before, after = scene(*statements), scene(*respelt, policy="other")
    for one, other in ((before, after), (after, before)):
        found = compare(one, other)
        assert (found.verdict, found.cells, found.readers, found.others) == (Verdict.NONE, (), (), ())


def _split(statement: Statement, chance: Random) -> list[Statement]:
    """The same in several statements."""
    if not isinstance(statement, Allow | Deny):
        return [statement]
    kind = type(statement)
    subjects = [statement.subject]
    if isinstance(statement.subject, Groups | DynamicGroups):
        subjects = [type(statement.subject)((member,)) for member in statement.subject.members]
    actions = [statement.action]
    if isinstance(statement.action, Permissions):
        actions = [Permissions((name,)) for name in statement.action.names]
    elif chance.random() < 0.5 and isinstance(statement.action, Verb):
        members = table().families.get(statement.action.resource, (statement.action.resource,))
        actions = [Verb(statement.action.verb, member) for member in members]
    conditions = [statement.condition]
    if isinstance(statement.condition, Either):
        conditions = list(statement.condition.parts)
    elif isinstance(statement.condition, Both) and chance.random() < 0.5:
        conditions = [Both(tuple(reversed(statement.condition.parts)))]
    elif isinstance(statement.condition, Comparison) and statement.condition.operator == "in":
        test = statement.condition
        conditions = [Comparison(test.variable, "=", (value,)) for value in test.values]
    return [
        kind(subject, action, statement.location, condition)
        for subject in subjects
        for action in actions
        for condition in conditions
    ]


def _loud(text: str) -> str:
    return " ".join(word if "ocid1." in word else word.upper() for word in text.split(" "))


@LAW
@given(STATEMENTS, ALLOWS, st.sampled_from([APPS, LAB, PROD]))
def test_another_grant_never_narrows(texts: list[str], text: str, attached: str) -> None:
    """Whatever it is, nothing is lost by it; and taking it away again never broadens."""
    before = scene(*texts)
    after = _with(before, text, attached)
    assert compare(before, after).verdict is not Verdict.NARROWS
    assert compare(after, before).verdict in (Verdict.NONE, Verdict.NARROWS)


@LAW
@given(STATEMENTS, DENIES, st.sampled_from([APPS, LAB, PROD]))
def test_another_denial_never_broadens(texts: list[str], text: str, attached: str) -> None:
    """Nothing is gained by it."""
    before = scene(*texts)
    assert compare(before, _with(before, text, attached)).verdict in (Verdict.NONE, Verdict.NARROWS)


@LAW
@given(STATEMENTS, STATEMENTS)
def test_no_change_means_no_cell(texts: list[str], others: list[str]) -> None:
    """A verdict of none is never given where a cell, a reader or anything else differs."""
    found = compare(scene(*texts), scene(*others))
    nothing = not (found.cells or found.readers or found.others)
    assert (found.verdict is Verdict.NONE) is nothing


def _with(before: Scene, text: str, attached: str) -> Scene:
    return replace(before, statements=(*before.statements, written(text, attached, "new")))
