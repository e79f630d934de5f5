"""What must be there before: vaults and endpoints that are named, models on offer, hosts that answer."""

from collections.abc import Iterator
from datetime import UTC

from genaikeys.doctor.facts import Facts
from genaikeys.doctor.finding import Finding, Outcome
from genaikeys.errors import KitError
from genaikeys.oci import Availability, OciError

__all__ = ["base_url", "endpoints", "offers", "vault"]

_TIMEOUT = 10.0
_UNREACHED = "Values can't be tried before they are published, and callers on this network fail."


def vault(facts: Facts, region: str) -> Iterator[Finding]:
    """A vault that the stack names is usable, and so is its key."""
    named = facts.settings.vaults.get(region)
    if named is None:
        yield Finding("vault", region, Outcome.OK, "one is made")
        return
    try:
        seen = facts.oci.see_vault(region, named.id)
        key = facts.oci.see_key(region, seen["endpoint"], named.key)
    except KitError as problem:
        yield Finding(
            "vault",
            region,
            Outcome.FAILED,
            problem.what,
            "Secrets of this region can't be written.",
            f"Correct vaults.{region}, or let the caller: use vaults and use keys where they lie.",
        )
        return
    for what, state, usable in (("vault", seen["state"], "ACTIVE"), ("key", key["state"], "ENABLED")):
        if state == usable:
            yield Finding("vault", region, Outcome.OK, f"the {what} is {state}")
            continue
        yield Finding(
            "vault",
            region,
            Outcome.FAILED,
            f"the {what} {named.id if what == 'vault' else named.key} is {state}",
            "Secrets of this region can't be written or read.",
            "Cancel its deletion or enable it (oci kms management ...), or name another one in the stack.",
        )


def offers(facts: Facts) -> Iterator[Finding]:
    """Each model of the stack is on demand where the stack has keys, by OCI's own live list."""
    try:
        models = {each.name: each for each in facts.oci.discover_models(facts.regions[0])}
    except OciError as problem:
        yield Finding(
            "models on offer",
            "",
            Outcome.UNKNOWN,
            problem.what,
            "The catalogue may be older than what OCI offers.",
            "Let the caller: inspect generative-ai-model in tenancy.",
        )
        return
    for placement in facts.settings.placements():
        where = f"{placement.key} in {placement.region}"
        gone = []
        on_demand = [
            name for name in placement.models if not facts.settings.catalogue.models[name].is_endpoint
        ]
        for name in on_demand:
            found = models.get(name)
            here = (
                next((each for each in found.availability if each.region == placement.region), None)
                if found
                else None
            )
            if problem_of := _missing(here, facts):
                gone.append(f"{name} {problem_of}")
        if gone:
            yield Finding(
                "models on offer",
                where,
                Outcome.FAILED if len(gone) == len(placement.models) else Outcome.WARNING,
                "; ".join(gone),
                "Calls of these models are refused there.",
                "genaikeys models refresh brings the catalogue up to date; then correct models or regions.",
            )
        elif on_demand:
            yield Finding("models on offer", where, Outcome.OK, ", ".join(on_demand))


def endpoints(facts: Facts) -> Iterator[Finding]:
    """Each dedicated endpoint that the stack names is active."""
    models = facts.settings.catalogue.models
    named = {
        (name, placement.region): None
        for placement in facts.settings.placements()
        for name in placement.models
        if models[name].is_endpoint
    }
    for ocid, region in named:
        try:
            state = facts.oci.endpoint_state(region, ocid)
        except OciError as problem:
            yield Finding(
                "endpoint",
                region,
                Outcome.UNKNOWN,
                problem.what,
                "Calls of an endpoint that isn't there are refused.",
                "Check its OCID, or let the caller: read generative-ai-endpoint where it lies.",
            )
            continue
        if state == "ACTIVE":
            yield Finding("endpoint", region, Outcome.OK, f"{ocid} is {state}")
            continue
        yield Finding(
            "endpoint",
            region,
            Outcome.FAILED,
            f"{ocid} is {state}",
            "Calls of it are refused.",
            "Name another one in models, or make it active.",
        )


def _missing(here: Availability | None, facts: Facts) -> str | None:
    if here is None or "ON_DEMAND" not in here.modes:
        return "is not on demand there"
    retired = here.on_demand_retired
    if retired is not None and retired.astimezone(UTC) <= facts.oci.now():
        return f"retired on {retired:%Y-%m-%d}"
    return None


def base_url(facts: Facts, region: str) -> Iterator[Finding]:
    """The region's inference host answers, whatever it says."""
    import httpx

    url = facts.settings.catalogue.regions[region].base_url
    try:
        answer = httpx.get(f"{url}/models", timeout=_TIMEOUT)
    except httpx.HTTPError as problem:
        yield Finding(
            "base URL",
            region,
            Outcome.FAILED,
            f"{url} can't be reached: {type(problem).__name__}",
            _UNREACHED,
            "Look at the proxy (HTTPS_PROXY), certificates (SSL_CERT_FILE) and egress rules of this machine.",
        )
        return
    if answer.status_code == 407 or answer.status_code >= 500:
        yield Finding(
            "base URL",
            region,
            Outcome.FAILED,
            f"{url} answers {answer.status_code}",
            _UNREACHED,
            "Look whether a proxy between answers so (HTTPS_PROXY), and at OCI's status page.",
        )
        return
    yield Finding("base URL", region, Outcome.OK, f"answers ({answer.status_code} without a key)")
