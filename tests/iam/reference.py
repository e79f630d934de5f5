"""A slow, literal evaluator of cases, to hold the engine against.

It takes a case as the dictionary that `json.loads` gives, reads each statement anew for each question, and
evaluates every statement whole in three values: true, false, None for not known. It shares no code with
`genaikeys.iam`; only the tables are the same files. Where Oracle's pages leave a question open, it says what
docs/policy-cases.md says of it.
"""

from tests.iam.reference_conditions import Three, every, matches, some, when
from tests.iam.reference_reading import Node, NotAStatementError, read
from tests.iam.reference_tables import OPERATIONS, speaks_of


def answer(case: Node) -> str:
    """Yes, no, unknown, or error where a statement is not of the language."""
    try:
        statements = [
            (policy["compartment"], read(text))
            for policy in case["policies"]
            for text in policy["statements"]
        ]
    except NotAStatementError:
        return "error"
    permission = case["request"].get("permission")
    if permission is not None:
        return _weighed(case, statements, permission)
    needed = OPERATIONS.get(case["request"]["operation"])
    if not needed:
        return "unknown"
    answers = [_weighed(case, statements, each) for each in needed]
    return next(each for each in ("no", "unknown", "yes") if each in answers)


def _weighed(case: Node, statements: list[tuple[str, Node]], permission: str) -> str:
    allows = [_applies(case, *each, permission) for each in statements if each[1]["effect"] == "allow"]
    denies = [_applies(case, *each, permission) for each in statements if each[1]["effect"] == "deny"]
    if _is_default_administrator(case):
        denies = []
    allowed, denied = some(allows), some(denies)
    if allowed is False or denied is True:
        return "no"
    return "yes" if allowed is True and denied is False else "unknown"


def _applies(case: Node, attached: str, statement: Node, permission: str) -> Three:
    """Whether a statement speaks of the request in every respect.

    Whether a group's statement speaks of keys is asked of each of its alternatives: policies add up, so that
    a statement with some is as many statements.
    """
    if (
        statement["subject"]["form"] == "group"
        and _is_key(case)
        and _alternatives(statement["condition"])[1:]
    ):
        alone = [{**statement, "condition": {"all": each}} for each in _alternatives(statement["condition"])]
        return some([_applies(case, attached, each, permission) for each in alone])
    return every(
        [
            _who(case, statement),
            speaks_of(statement, permission),
            _where(case, attached, statement["location"]),
            True if statement["condition"] is None else when(case, statement["condition"], permission),
        ]
    )


def _alternatives(condition: Node | None) -> list[list[Node]]:
    """Lists of tests of which each suffices."""
    if condition is None:
        return [[]]
    if "any" in condition:
        return [tests for part in condition["any"] for tests in _alternatives(part)]
    if "all" not in condition:
        return [[condition]]
    found: list[list[Node]] = [[]]
    for part in condition["all"]:
        found = [[*tests, *more] for tests in found for more in _alternatives(part)]
    return found


# Who: Oracle, Identity, "Subjects" and "Policy Syntax".


def _is_key(case: Node) -> bool:
    return bool(case["request"]["principal"]["type"].lower() == "generativeaiapikey")


def _groups(case: Node, field: str) -> list[tuple[str, str]]:
    """Domain and name of each group, or nothing and OCID, that holds the principal."""
    found = []
    for group, members in case.get(field, {}).items():
        if case["request"]["principal"]["id"] in members:
            if group.startswith("ocid1."):
                found.append(("", group.lower()))
            elif "/" in group:
                domain, name = group.split("/", 1)
                found.append((domain.lower(), name.lower()))
            else:
                found.append(("default", group.lower()))
    return found


def _is_default_administrator(case: Node) -> bool:
    is_user = case["request"]["principal"]["type"].lower() == "user"
    return is_user and ("default", "administrators") in _groups(case, "groups")


def _who(case: Node, statement: Node) -> Three:
    subject, principal = statement["subject"], case["request"]["principal"]
    form, kind = subject["form"], principal["type"].lower()
    if form == "any-user":
        return True
    if form == "any-group":
        in_some = _groups(case, "groups") or _groups(case, "dynamicGroups")
        return True if kind == "user" or in_some else None
    if form == "resource":
        return None
    members = [((domain or "").lower(), name.lower()) for domain, name in subject["members"]]
    if form == "service":
        return kind == "service" and ("", principal["id"].lower()) in members
    own = _groups(case, "groups" if form == "group" else "dynamicGroups")
    member = any(each in own for each in members)
    if form == "group" and _is_key(case):
        return None if member or _asks_for_keys(statement["condition"]) else False
    return member


def _asks_for_keys(condition: Node | None) -> bool:
    """Whether a condition somewhere wants a principal of type generativeaiapikey."""
    if condition is None:
        return False
    for word in ("all", "any"):
        if word in condition:
            return any(_asks_for_keys(part) for part in condition[word])
    if condition["variable"].lower() != "request.principal.type" or condition["operator"] not in ("=", "in"):
        return False
    return some([matches("generativeaiapikey", value) for value in condition["values"]]) is True


# Where: Oracle, Identity, "Locations", "Policies and Compartment Hierarchies", "Policy Inheritance".


def _above(case: Node, compartment: str) -> list[str]:
    """A compartment and all that hold it."""
    found = []
    step: str | None = compartment
    while step is not None and step in case["compartments"]:
        found.append(step)
        step = case["compartments"][step]["parent"]
    return found


def _where(case: Node, attached: str, location: Node) -> bool:
    meant = _meant(case, attached, location)
    return meant is not None and meant in _above(case, case["request"]["target"]["compartment"])


def _meant(case: Node, attached: str, location: Node) -> str | None:
    tree = case["compartments"]
    if attached not in tree:
        return None
    if "tenancy" in location:
        return attached if tree[attached]["parent"] is None else None
    if "id" in location:
        return location["id"] if attached in _above(case, location["id"]) else None
    here: str | None = attached
    for name in location["path"]:
        inside = [
            ocid
            for ocid, each in tree.items()
            if each["parent"] == here and each["name"].casefold() == name.casefold()
        ]
        here = inside[0] if inside and here is not None else None
    own = tree[attached]["name"].casefold()
    if here is None and len(location["path"]) == 1 and location["path"][0].casefold() == own:
        return attached
    return here
