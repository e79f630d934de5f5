"""Whether there is room: API keys, policy statements, names of Vault secrets."""

from collections.abc import Iterator

from genaikeys import policies, tags
from genaikeys.doctor.facts import Facts
from genaikeys.doctor.finding import Finding, Outcome
from genaikeys.errors import KitError
from genaikeys.oci import Left, OciError
from genaikeys.parallel import workers

__all__ = ["keys_left", "names", "policies_left", "statements"]

_LIMIT = "api-key-count"
_STATEMENTS = 500
"""Hard limit on a path (Oracle: IAM, policy limits by compartment hierarchy, read 2026-11-23)."""
_POLICIES = 100
"""Of a tenancy, by OCI's older documentation (Private Cloud Appliance, IAM limits, read 2026-11-23); nobody
confirms it for the public cloud today, so that it is warned of and never failed."""
_NEARLY = 0.9


def keys_left(facts: Facts) -> Iterator[Finding]:
    """There are API keys left for those that the stack lacks."""
    missing: dict[str, int] = dict.fromkeys(facts.regions, 0)
    for each in facts.placed:
        missing[each.region] += each.api_key is None
    regions = list(missing)
    told = {regions[0]: _left(facts, regions[0])}
    first = told[regions[0]]
    if not (isinstance(first, Left) and first.scope == "GLOBAL"):  # else the others say the same
        with workers(len(regions)) as pool:
            rest = pool.map(lambda region: _left(facts, region), regions[1:])
            told |= dict(zip(regions[1:], rest, strict=True))
    for region, left in told.items():
        if not isinstance(left, Left):
            yield _unknown_limit(region, left)
            continue
        if left.available is None:
            yield _unknown_limit(region, "OCI tells no figures")
            continue
        is_global = left.scope == "GLOBAL"
        where = "" if is_global else region
        wanted = sum(missing.values()) if is_global else missing[region]
        found = f"{left.used} in use, {left.available} left, {wanted} wanted ({left.scope.lower()})"
        if wanted <= left.available:
            yield Finding("API keys left", where, Outcome.OK, found)
            continue
        yield Finding(
            "API keys left",
            where,
            Outcome.FAILED,
            found,
            "The stack would be made halfway.",
            f"Ask for a higher {_LIMIT} of {left.service} (console: Limits, Quotas and Usage), or take keys "
            "or regions out.",
        )


def _left(facts: Facts, region: str) -> Left | str:
    """What is left in a region, or why nobody can tell."""
    try:
        return facts.oci.limit(region, _LIMIT) or f"nobody defines {_LIMIT}"
    except OciError as problem:
        return problem.what


def _unknown_limit(region: str, found: str) -> Finding:
    return Finding(
        "API keys left",
        region,
        Outcome.UNKNOWN,
        found,
        "A tenancy has 100 by default; one too many stops the stack halfway.",
        "Look in the console (Limits, Quotas and Usage), or let the caller: read resource-availability in "
        "tenancy.",
    )


def statements(facts: Facts) -> Iterator[Finding]:
    """The statements of the stack find room on each compartment's path."""
    settings = facts.settings
    planned = _planned(facts)
    mine = {plan.name for plans in planned.values() for plan in plans}
    for name in settings.compartments:
        try:
            path = facts.path(name)
            others = [
                policy for ocid, _ in path for policy in facts.policies(ocid) if policy.name not in mine
            ]
        except KitError as problem:
            yield Finding(
                "statements left",
                name,
                Outcome.UNKNOWN,
                problem.what,
                f"OCI allows {_STATEMENTS} on a path.",
                "Let the caller look: inspect policies and inspect compartments in tenancy.",
            )
            continue
        above = {each for _, each in path}
        wanted = sum(
            len(plan.rules)
            for other, plans in planned.items()
            if other == name or other in above
            for plan in plans
        )
        there = sum(len(policy.statements) for policy in others)
        found = f"{there} of others on the path, {wanted} of the stack, {_STATEMENTS} allowed"
        if there + wanted <= _STATEMENTS * _NEARLY:
            yield Finding("statements left", name, Outcome.OK, found)
            continue
        yield Finding(
            "statements left",
            name,
            Outcome.FAILED if there + wanted > _STATEMENTS else Outcome.WARNING,
            found,
            "The limit can't be raised, and a policy that is one too many is refused.",
            "Choose policyScope: compartment, spread the keys over compartments, or drop other statements.",
        )


def policies_left(facts: Facts) -> Iterator[Finding]:
    """The policies of the stack find room beside those that can be seen: on the paths of its compartments."""
    planned = _planned(facts)
    mine = {plan.name for plans in planned.values() for plan in plans}
    above = {ocid for name in planned for ocid, _ in facts.path(name)}
    there = sum(policy.name not in mine for ocid in above for policy in facts.policies(ocid))
    wanted = sum(map(len, planned.values()))
    found = f"{there} of others on the paths, {wanted} of the stack"
    if there + wanted <= _POLICIES * _NEARLY:
        yield Finding("policies left", "", Outcome.OK, found)
        return
    yield Finding(
        "policies left",
        "",
        Outcome.WARNING,
        found,
        f"A tenancy has {_POLICIES} by OCI's older documentation; one too many is refused.",
        "Look in the console (Limits, Quotas and Usage); choose policyScope: compartment, or drop others.",
    )


def _planned(facts: Facts) -> dict[str, list[policies.Plan]]:
    settings = facts.settings
    return {
        name: [*policies.access(settings, name), *policies.readers(settings, name)]
        for name in settings.compartments
    }


def names(facts: Facts, region: str) -> Iterator[Finding]:
    """No Vault secret of the stack waits for its deletion."""
    settings = facts.settings
    for name, ocid in facts.compartments.items():
        if ocid is None:
            yield Finding("secret names", region, Outcome.OK, f"{name} is yet to be made")
            continue
        try:
            rows = facts.oci.vault_secrets(region).all_in(ocid)
        except OciError as problem:
            yield Finding(
                "secret names",
                region,
                Outcome.UNKNOWN,
                problem.what,
                "A secret that waits for its deletion keeps its name.",
                f"Let the caller look: inspect secrets in compartment id {ocid}.",
            )
            continue
        digests = {
            tags.digest(settings.owner, settings.project, settings.stack, f"{each.key}-{region}"): each.key
            for each in settings.placements_in(name).get(region, ())
        }
        leaving = [
            (digests[digest], row)
            for row in rows
            if row.state in ("PENDING_DELETION", "SCHEDULING_DELETION")
            and (digest := row.freeform_tags.get(tags.RESOURCE, "")) in digests
        ]
        for key, row in leaving:
            yield Finding(
                "secret names",
                f"{key} in {region}",
                Outcome.WARNING,
                f"its Vault secret {row.id} waits for its deletion",
                "Readers get nothing, and the name stays taken until it is gone.",
                f"To have it back: oci vault secret cancel-secret-deletion --secret-id {row.id} --region "
                f"{region}. A key that is made anew gets another name.",
            )
        if not leaving:
            yield Finding("secret names", region, Outcome.OK, f"none of {name} waits for its deletion")
