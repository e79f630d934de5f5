"""Cases: what is read, what is refused, and what is answered."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from genaikeys.iam import Principal, Target
from genaikeys.iam.cases import CaseError, answer, read_case, run

TENANCY = "ocid1.tenancy.oc1..acme"
APPS = "ocid1.compartment.oc1..apps"
KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.one"
CHATS = "allow any-user to use generative-ai-chat in tenancy"


def case(**changes: Any) -> dict[str, Any]:
    """A key chats, or as changed; a field of the request by its own name, None takes it away."""
    found: dict[str, Any] = {
        "name": "a key chats",
        "compartments": {
            TENANCY: {"name": "acme", "parent": None},
            APPS: {"name": "apps", "parent": TENANCY},
        },
        "policies": [{"compartment": TENANCY, "statements": [CHATS]}],
        "groups": {"Keys": [KEY], "Others": []},
        "dynamicGroups": {"Partners/Robots": [KEY]},
        "request": {
            "principal": {"type": "generativeaiapikey", "id": KEY, "compartment": APPS},
            "operation": "Chat",
            "permission": "GENERATIVE_AI_CHAT",
            "target": {
                "compartment": APPS,
                "region": "us-chicago-1",
                "variables": {"target.model.id": "xai.grok-4.3"},
            },
            "time": "2026-11-23T13:00:00+01:00",
        },
    }
    for field, value in changes.items():
        where = found if field in found or field not in found["request"] else found["request"]
        if value is None:
            del where[field]
        else:
            where[field] = value
    return found


def test_case_is_read_whole() -> None:
    """Every field finds its place; groups are those that list the principal; times are in UTC."""
    found = read_case(json.dumps(case()))

    assert found.name == "a key chats"
    assert found.policies == ((TENANCY, (CHATS,)),)
    assert found.compartments.path(APPS) == (APPS, TENANCY)
    assert found.request.principal == Principal(
        "generativeaiapikey", KEY, APPS, frozenset({"Keys"}), frozenset({"Partners/Robots"})
    )
    assert found.request.operation == "Chat"
    assert found.request.permission == "GENERATIVE_AI_CHAT"
    assert found.request.target == Target(APPS, "us-chicago-1", {"target.model.id": "xai.grok-4.3"})
    assert found.request.time == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_case_may_leave_out_what_is_empty() -> None:
    """No groups, no dynamic groups, no variables, no compartment of the principal, no operation."""
    shortest = case(groups=None, dynamicGroups=None, operation=None)
    shortest["request"]["principal"] = {"type": "user", "id": "u"}
    shortest["request"]["target"] = {"compartment": APPS, "region": "us-chicago-1"}

    found = read_case(json.dumps(shortest)).request
    assert found.principal == Principal("user", "u")
    assert (found.operation, found.target) == (None, Target(APPS, "us-chicago-1", {}))


def test_request_without_a_time_is_made_now() -> None:
    """As a request of a person would be."""
    before = datetime.now(UTC)
    assert before <= read_case(json.dumps(case(time=None))).request.time <= datetime.now(UTC)


def test_notes_of_a_corpus_are_read_past() -> None:
    """What is expected doesn't sway the answer."""
    noted = case(expected="no", why="because", source="first principles: none")
    assert answer(read_case(json.dumps(noted)))["answer"] == "yes"


ANSWERS = {
    "yes": (
        [CHATS.replace("allow", "Allow")],
        {"answer": "yes", "deciding": CHATS, "reason": f"policy 1 grants it: {CHATS}"},
    ),
    "no, denied": (
        [CHATS, "deny any-user to use generative-ai-chat in tenancy"],
        {
            "answer": "no",
            "deciding": "deny any-user to use generative-ai-chat in tenancy",
            "reason": "policy 1 denies it: deny any-user to use generative-ai-chat in tenancy",
        },
    ),
    "no": ([], {"answer": "no", "deciding": None, "reason": "there is no statement"}),
    "unknown": (
        [f"{CHATS} where request.ad='AD-1'"],
        {
            "answer": "unknown",
            "deciding": f"{CHATS} where request.ad='AD-1'",
            "reason": "request.ad is not modelled; the statement in question, in policy 1:"
            f" {CHATS} where request.ad='AD-1'",
        },
    ),
    "error": (
        [CHATS, "allow any-user to use generative-ai-chat in tenanzy"],
        {
            "answer": "error",
            "deciding": None,
            "reason": "policies[0].statements[1]: expected tenancy or compartment\n"
            "  allow any-user to use generative-ai-chat in tenanzy\n"
            "                                              ^^^^^^^",
        },
    ),
}


@pytest.mark.parametrize(("statements", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_answer_says_what_decides(statements: list[str], expected: dict[str, Any]) -> None:
    """The deciding statement in its canonical spelling, and the reason."""
    given = case(policies=[{"compartment": TENANCY, "statements": statements}])
    assert answer(read_case(json.dumps(given))) == {"name": "a key chats", **expected}


def test_page_prints_a_case_and_its_answer() -> None:
    """As the engine reads the one and writes the other."""
    page = (Path(__file__).parents[2] / "docs" / "policy-cases.md").read_text("utf-8")
    given, expected = re.findall(r"```json\n(.*?)```", page, re.DOTALL)

    assert answer(read_case(given)) == json.loads(expected)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The case with one field, however deep, changed."""
    found = case()
    *steps, last = path.split("/")
    inner: Any = found
    for step in steps:
        inner = inner[int(step) if step.isdigit() else step]
    inner[last] = value
    return found


TIME = "request.time: expected a time with its zone, such as 2026-11-23T12:00:00Z"
REFUSALS = {
    "no JSON": ("{", "not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    "no object": ("[]", "expected an object, got a list"),
    "a field twice": ('{"name": "a", "name": "b"}', "the field 'name' stands twice in one object"),
    "a missing field": (case(policies=None), "policies: missing"),
    "an unknown field": (
        case(tenant="x"),
        (
            "tenant: unknown field; known are name, compartments, policies, groups, dynamicGroups, request,"
            " expected, why, source"
        ),
    ),
    "an unknown field inside": (
        changed("request/principal/name", "x"),
        "request.principal.name: unknown field; known are type, id, compartment",
    ),
    "a name that is no text": (case(name=1), "name: expected a text, got a number"),
    "a list that is none": (case(policies={}), "policies: expected a list, got an object"),
    "an object that is none": (case(policies=["x"]), "policies[0]: expected an object, got a text"),
    "a statement that is no text": (
        changed("policies/0/statements", [CHATS, None]),
        "policies[0].statements[1]: expected a text, got null",
    ),
    "a member that is no text": (
        changed("groups/Keys", [True]),
        "groups.Keys[0]: expected a text, got true or false",
    ),
    "a variable that is no text": (
        changed("request/target/variables/target.model.id", 4.3),
        "request.target.variables.target.model.id: expected a text, got a number",
    ),
    "a principal's compartment that is no text": (
        changed("request/principal/compartment", []),
        "request.principal.compartment: expected a text or null, got a list",
    ),
    "a compartment without its parent": (
        changed(f"compartments/{APPS}", {"name": "apps"}),
        f"compartments.{APPS}.parent: missing",
    ),
    "a parent that is missing": (
        changed(f"compartments/{APPS}/parent", "ocid1.compartment.oc1..x"),
        f"compartments.{APPS}.parent: ocid1.compartment.oc1..x is not among the compartments",
    ),
    "a circle": (
        changed(f"compartments/{TENANCY}/parent", APPS),
        f"compartments.{TENANCY}.parent: the compartments above it form a circle",
    ),
    "neither operation nor permission": (
        case(operation=None, permission=None),
        "request.permission: missing; a request names an operation or a permission, or both",
    ),
    "a time without its zone": (
        case(time="2026-11-23T12:00:00"),
        f"{TIME}, got '2026-11-23T12:00:00'",
    ),
    "a time before all times": (
        case(time="0001-01-01T00:00:00+14:00"),
        f"{TIME}, got '0001-01-01T00:00:00+14:00'",
    ),
    "no time": (
        case(time="noon"),
        f"{TIME}, got 'noon'",
    ),
}


@pytest.mark.parametrize(("given", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_error_when_a_line_is_no_case(given: str | dict[str, Any], message: str) -> None:
    """The message names the field and what would be right."""
    with pytest.raises(CaseError) as caught:
        read_case(given if isinstance(given, str) else json.dumps(given))
    assert str(caught.value) == message


def test_error_when_json_nests_without_end() -> None:
    """A hostile line is refused like any other."""
    with pytest.raises(CaseError, match=r"^not JSON: "):
        read_case("[" * 100_000)


def test_run_answers_in_order_and_in_step() -> None:
    """Empty lines are passed over; a line that is no case is answered as well, by its number."""
    good = json.dumps(case()).encode()
    bad = json.dumps(case(policies=None)).encode()
    found = list(run([good + b"\n", b" \n", bad, b'{"name": "\xff"}\n', good]))

    assert [(each.line, each.malformed, each.answer["name"], each.answer["answer"]) for each in found] == [
        (1, False, "a key chats", "yes"),
        (3, True, "a key chats", "error"),
        (4, True, None, "error"),
        (5, False, "a key chats", "yes"),
    ]
    assert found[1].answer["reason"] == "line 3: policies: missing"
    assert found[2].answer["reason"] == "line 4: not UTF-8: byte 11 of the line"
