"""Budgets and their alert rules: kept at the tenancy, nothing is ever spent.

Paths and bodies: OCI Python SDK 2.189.0, budget. A budget stands in the tenancy and aims at a compartment
(Budgets Overview, docs.oracle.com/iaas/Content/Billing/Concepts/budgetsoverview.htm), which may have no other
(Creating a Budget, docs.oracle.com/iaas/Content/Billing/Tasks/create-budget.htm; its code is not published).
Limits of alert rules: Creating a Budget Alert Rule, docs.oracle.com/iaas/Content/Billing/Tasks/
create-alert-rule.htm.
"""

import re

from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import invalid
from emulator.services.replay import once
from emulator.services.request import Doc, body, needed, only_queries, ordered, page, query, stamp
from emulator.services.resource import answer, changed, fetch, listed, match, new, nothing, removed, shown
from emulator.wire import Answer, Call, Route

BUDGET, RULE = "budget", "alertRule"
RULE_TYPES = ("ACTUAL", "FORECAST")
NAME = re.compile(r"[A-Za-z_-][A-Za-z0-9_-]*")
PERCENT_LIMIT = 10000
MESSAGE_LIMIT = 1000
THRESHOLDS = ("PERCENTAGE", "ABSOLUTE")


@once(BUDGET)
def create(call: Call) -> Answer:
    """Answer POST /budgets."""
    given = body(
        call,
        {"compartmentId": str, "amount": float, "resetPeriod": str, "targetType": str, "targets": list},
        {"displayName": str, "description": str, "targetCompartmentId": str, "processingPeriodType": str},
    )
    place = open_compartment(call, given["compartmentId"])
    call.authorise("USAGE_BUDGET_CREATE", place["id"])
    if place["compartmentId"] is not None:
        raise invalid("the local OCI models budgets that stand in the tenancy")
    _check_period(given)
    _check_name(given)
    if given["targetType"] != "COMPARTMENT" or len(given["targets"]) != 1:
        raise invalid("the local OCI models budgets with one compartment as target: targetType COMPARTMENT")
    target = open_compartment(call, given["targets"][0])["id"]
    if any(
        "_farewells" not in other and other["targets"] == [target] for other in call.world.store.find(BUDGET)
    ):
        raise invalid(f"the compartment {target} already has a budget")
    now = stamp(call.world.clock.now())
    fields = {
        "displayName": f"budget{now[:10].replace('-', '')}",
        "description": None,
        "processingPeriodType": "MONTH",
        **given,
        "targetCompartmentId": given["targets"][0],
        "alertRuleCount": 0,
        "version": 1,
        "actualSpend": 0.0,
        "forecastedSpend": 0.0,
        "timeSpendComputed": now,
        "timeUpdated": now,
    }
    return answer(new(call, BUDGET, "budget", fields, state="ACTIVE", becoming=None, is_global=True))


def _check_name(given: Doc) -> None:
    name = given.get("displayName")
    if name is not None and not NAME.fullmatch(name):
        raise invalid(
            f"a budget's name has letters, digits, '-' and '_' and begins with no digit; got {name!r}"
        )


def _check_period(given: Doc) -> None:
    """Refuse periods other than the calendar month."""
    if (
        given.get("resetPeriod", "MONTHLY") != "MONTHLY"
        or given.get("processingPeriodType", "MONTH") != "MONTH"
    ):
        raise invalid(
            "the local OCI models monthly budgets only: resetPeriod MONTHLY, processingPeriodType MONTH"
        )


def read(call: Call) -> Answer:
    """Answer GET /budgets/{budgetId}."""
    doc = fetch(call, BUDGET, call.params["budgetId"], is_global=True, is_read=True)
    call.authorise("USAGE_BUDGET_READ", doc["compartmentId"])
    return answer(doc)


def index(call: Call) -> Answer:
    """Answer GET /budgets."""
    only_queries(call, "compartmentId", "displayName", "lifecycleState", "targetType", "sortBy", "sortOrder")
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("USAGE_BUDGET_INSPECT", place["id"])
    rows = listed(call, BUDGET, is_global=True, compartmentId=place["id"])
    return page(call, _sifted(call, rows))


def update(call: Call) -> Answer:
    """Answer PUT /budgets/{budgetId}."""
    given = body(
        call,
        {},
        {
            "displayName": str, "description": str, "amount": float, "resetPeriod": str,
            "processingPeriodType": str,
        },
    )  # fmt: skip
    doc = fetch(call, BUDGET, call.params["budgetId"], is_global=True)
    call.authorise("USAGE_BUDGET_UPDATE", doc["compartmentId"])
    match(call, doc)
    _check_period(given)
    _check_name(given)
    return _rewritten(call, BUDGET, doc, given)


def delete(call: Call) -> Answer:
    """Answer DELETE /budgets/{budgetId}: its alert rules go with it."""
    doc = fetch(call, BUDGET, call.params["budgetId"], is_global=True)
    call.authorise("USAGE_BUDGET_DELETE", doc["compartmentId"])
    match(call, doc)
    for rule in call.world.store.find(RULE, budgetId=doc["id"]):
        if "_farewells" not in rule:
            removed(call, RULE, rule)
    removed(call, BUDGET, doc)
    return nothing()


@once(RULE)
def create_rule(call: Call) -> Answer:
    """Answer POST /budgets/{budgetId}/alertRules."""
    given = body(
        call,
        {"type": str, "threshold": float, "thresholdType": str},
        {"displayName": str, "description": str, "recipients": str, "message": str},
    )
    budget = _budget(call, "USAGE_BUDGET_UPDATE")
    _check_rule(given)
    now = stamp(call.world.clock.now())
    fields = {
        "displayName": f"alertrule{now[:10].replace('-', '')}",
        "description": None,
        "recipients": "",
        "message": None,
        **given,
        "budgetId": budget["id"],
        "version": 1,
        "timeUpdated": now,
    }
    doc = new(call, RULE, "alertrule", fields, state="ACTIVE", becoming=None, is_global=True)
    _count_rules(call, budget, 1)
    return answer(doc)


def read_rule(call: Call) -> Answer:
    """Answer GET /budgets/{budgetId}/alertRules/{alertRuleId}."""
    _budget(call, "USAGE_BUDGET_READ")
    return answer(fetch(call, RULE, call.params["alertRuleId"], is_global=True, is_read=True))


def list_rules(call: Call) -> Answer:
    """Answer GET /budgets/{budgetId}/alertRules."""
    only_queries(call, "displayName", "lifecycleState", "sortBy", "sortOrder")
    budget = _budget(call, "USAGE_BUDGET_INSPECT")
    return page(call, _sifted(call, listed(call, RULE, is_global=True, budgetId=budget["id"])))


def update_rule(call: Call) -> Answer:
    """Answer PUT /budgets/{budgetId}/alertRules/{alertRuleId}."""
    given = body(
        call,
        {},
        {
            "displayName": str, "description": str, "type": str, "threshold": float, "thresholdType": str,
            "recipients": str, "message": str,
        },
    )  # fmt: skip
    _budget(call, "USAGE_BUDGET_UPDATE")
    doc = fetch(call, RULE, call.params["alertRuleId"], is_global=True)
    match(call, doc)
    _check_rule({**doc, **given})
    return _rewritten(call, RULE, doc, given)


def delete_rule(call: Call) -> Answer:
    """Answer DELETE /budgets/{budgetId}/alertRules/{alertRuleId}."""
    budget = _budget(call, "USAGE_BUDGET_UPDATE")
    doc = fetch(call, RULE, call.params["alertRuleId"], is_global=True)
    match(call, doc)
    removed(call, RULE, doc)
    _count_rules(call, budget, -1)
    return nothing()


def _budget(call: Call, permission: str) -> Doc:
    doc = fetch(call, BUDGET, call.params["budgetId"], is_global=True)
    call.authorise(permission, doc["compartmentId"])
    return doc


def _count_rules(call: Call, budget: Doc, by: int) -> None:
    budget["alertRuleCount"] += by
    call.world.store.put(BUDGET, budget)


def _rewritten(call: Call, kind: str, doc: Doc, given: Doc) -> Answer:
    was = shown(doc)
    doc.update(given, version=doc["version"] + 1, timeUpdated=stamp(call.world.clock.now()))
    changed(call, kind, doc, was)
    return answer(doc)


def _sifted(call: Call, rows: list[Doc]) -> list[Doc]:
    for field in ("displayName", "lifecycleState", "targetType"):
        wanted = query(call, field)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    return ordered(call, rows, {"timeCreated": "timeCreated", "displayName": "displayName"}, "timeCreated")


def _check_rule(rule: Doc) -> None:
    if rule["type"] not in RULE_TYPES:
        raise invalid(f"type must be one of {', '.join(RULE_TYPES)}; got {rule['type']!r}")
    if rule["thresholdType"] not in THRESHOLDS:
        raise invalid(f"thresholdType must be one of {', '.join(THRESHOLDS)}; got {rule['thresholdType']!r}")
    if rule["threshold"] <= 0 or (
        rule["thresholdType"] == "PERCENTAGE" and rule["threshold"] > PERCENT_LIMIT
    ):
        raise invalid(
            f"threshold must be more than 0, and at most {PERCENT_LIMIT} percent; got {rule['threshold']}"
        )
    if len(rule.get("message") or "") > MESSAGE_LIMIT:
        raise invalid(f"message has at most {MESSAGE_LIMIT} characters; got {len(rule['message'])}")


BASE = "/20190111/budgets"
RULES = BASE + "/{budgetId}/alertRules"
ROUTES = (
    Route("POST", BASE, "CreateBudget", create),
    Route("GET", BASE, "ListBudgets", index),
    Route("GET", BASE + "/{budgetId}", "GetBudget", read),
    Route("PUT", BASE + "/{budgetId}", "UpdateBudget", update),
    Route("DELETE", BASE + "/{budgetId}", "DeleteBudget", delete),
    Route("POST", RULES, "CreateAlertRule", create_rule),
    Route("GET", RULES, "ListAlertRules", list_rules),
    Route("GET", RULES + "/{alertRuleId}", "GetAlertRule", read_rule),
    Route("PUT", RULES + "/{alertRuleId}", "UpdateAlertRule", update_rule),
    Route("DELETE", RULES + "/{alertRuleId}", "DeleteAlertRule", delete_rule),
)
