"""When a statement holds: conditions and variables, for the reference evaluator.

Sources: Oracle, Identity, "Conditions", "General Variables for All Requests", "Scoping Policy by Time" and
"Deny Policies" (request.service), read 2026-11-23.
"""

import re
from datetime import UTC, datetime, timedelta

from tests.iam.reference_reading import Node
from tests.iam.reference_tables import OPERATIONS, REGION_KEYS

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
Three = bool | None


class NotKnown:
    """The value of a variable that OCI knows, and a case doesn't tell."""


def every(parts: list[Three]) -> Three:
    """Whether all hold."""
    if False in parts:
        return False
    return None if None in parts else True


def some(parts: list[Three]) -> Three:
    """Whether one holds."""
    if True in parts:
        return True
    return None if None in parts else False


def opposite(part: Three) -> Three:
    """Whether it does not hold."""
    return None if part is None else not part


def when(case: Node, condition: Node, permission: str) -> Three:
    """Whether a condition holds."""
    if "all" in condition:
        return every([when(case, part, permission) for part in condition["all"]])
    if "any" in condition:
        return some([when(case, part, permission) for part in condition["any"]])
    name, operator, values = condition["variable"].lower(), condition["operator"], condition["values"]
    value = _variable(case, name, permission)
    if value is None:
        return False
    if operator in ("before", "after", "between"):
        texts = [each["text"] for each in values]
        return None if isinstance(value, NotKnown) else _timely(case, name, operator, texts)
    if operator in ("=", "in"):
        return some([_equals(case, permission, value, each, wanted=True) for each in values])
    return every([_equals(case, permission, value, each, wanted=False) for each in values])


def _equals(case: Node, permission: str, value: str | NotKnown, other: Node, *, wanted: bool) -> Three:
    """Whether a value is, or is not, another one; false where the other is a variable that is missing."""
    if "variable" in other:
        found = _variable(case, other["variable"].lower(), permission)
        if found is None:
            return False
        if isinstance(found, NotKnown):
            return None
        other = {"text": found}
    if isinstance(value, NotKnown):
        return None
    fits = matches(value, other)
    return fits if wanted else opposite(fits)


def matches(value: str, wanted: Node) -> Three:
    """Whether a value is the one in quotes, or fits a pattern with a star at either end."""
    if "variable" in wanted:
        return None
    value = value.casefold()
    if "text" in wanted:
        return bool(value == wanted["text"].casefold())
    pattern = wanted["pattern"].casefold()
    middle = pattern[1:-1] if len(pattern) > 1 else ""
    if "*" in middle:
        return None
    expression = "".join(".*" if each == "*" else re.escape(each) for each in pattern)
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _now(case: Node) -> datetime:
    found: datetime = datetime.fromisoformat(case["request"]["time"]).astimezone(UTC)
    return found.replace(microsecond=0)


def _timely(case: Node, variable: str, operator: str, texts: list[str]) -> Three:
    now = _now(case)
    if variable == "request.utc-timestamp" and operator in ("before", "after"):
        moment = _moment(texts[0])
        if moment is None:
            return None
        return now < moment if operator == "before" else now > moment
    if variable == "request.utc-timestamp.time-of-day" and operator == "between":
        first, last = _seconds(texts[0]), _seconds(texts[1])
        if first is None or last is None:
            return None
        at = now.hour * 3600 + now.minute * 60 + now.second
        if first <= last:
            return first <= at <= last
        return at >= first or at <= last
    return None


def _moment(text: str) -> datetime | None:
    """A time such as 2020-04-01T15:00:00Z, 2020-04-01T05:00Z or 2020-04-01Z."""
    form = r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?)?(Z|[+-]\d{2}:\d{2})"
    found = re.fullmatch(form, text.upper(), re.ASCII)
    if found is None:
        return None
    numbers = [int(each or 0) for each in found.groups()[:6]]
    try:
        moment = datetime(*numbers, tzinfo=UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        return None
    zone = found.group(7)
    if zone == "Z":
        return moment
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return moment - ahead if zone[0] == "+" else moment + ahead


def _seconds(text: str) -> int | None:
    """A time of the day such as 17:00:00Z, 2:01:00Z, or 05:00:00, which is in UTC as well."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?Z?", text.upper(), re.ASCII)
    if found is None:
        return None
    hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return hours * 3600 + minutes * 60 + seconds if hours < 24 and minutes < 60 and seconds < 60 else None


def _variable(case: Node, name: str, permission: str) -> str | NotKnown | None:
    """The value, None where the request has no such variable."""
    request = case["request"]
    principal, target, now = request["principal"], request["target"], _now(case)
    is_user = principal["type"].lower() == "user"
    region = REGION_KEYS.get(target["region"], NotKnown())
    fixed: dict[str, str | NotKnown | None] = {
        "request.principal.type": principal["type"],
        "request.principal.id": principal["id"],
        "request.principal.compartment.id": principal.get("compartment"),
        "request.user.id": principal["id"] if is_user else None,
        "request.user.name": NotKnown() if is_user else None,
        "request.user.mfatotpverified": NotKnown() if is_user else None,
        "request.groups.id": NotKnown() if is_user else None,
        "request.networksource.name": NotKnown(),
        "request.ad": NotKnown(),
        "request.service": NotKnown(),
        "request.permission": permission,
        "request.operation": _operation(request, permission),
        "request.region": region,
        "request.utc-timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "request.utc-timestamp.month-of-year": str(now.month),
        "request.utc-timestamp.day-of-month": str(now.day),
        "request.utc-timestamp.day-of-week": DAYS[now.weekday()],
        "request.utc-timestamp.time-of-day": now.strftime("%H:%M:%SZ"),
        "target.compartment.id": target["compartment"],
        "target.compartment.name": case["compartments"].get(target["compartment"], {}).get("name"),
    }
    if name in fixed:
        return fixed[name]
    if name.startswith(("request.principal.group.tag.", "request.principal.compartment.tag.")):
        return NotKnown()
    own = {each.lower(): value for each, value in target.get("variables", {}).items()}
    found: str | None = own.get(name)
    return found


def _operation(request: Node, permission: str) -> str | NotKnown:
    """The request's operation; where it names none, the only one that needs this permission and no other."""
    if request.get("operation") is not None:
        return str(request["operation"])
    found = [name for name, needed in OPERATIONS.items() if permission in needed]
    return found[0] if len(found) == 1 and OPERATIONS[found[0]] == [permission] else NotKnown()
