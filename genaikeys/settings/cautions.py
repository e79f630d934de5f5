"""What is legal in a stack and probably not meant: said once, as a warning."""

from collections.abc import Iterable

from genaikeys.settings.model import Settings
from genaikeys.settings.problems import Findings

__all__ = ["note"]

_KEYS_PER_TENANCY = 100
"""Default of the service limit api-key-count (Oracle: Generative AI, API keys, limits, read 2026-11-23)."""
_STATEMENTS_PER_PATH = 500
"""Hard limit (Oracle: IAM, policy limits by compartment hierarchy, read 2026-11-23)."""


def note(settings: Settings, foreign: Iterable[str], findings: Findings) -> None:
    """Note everything.

    Args:
        settings: A stack without problems.
        foreign: Config keys of other namespaces that the stack sets.
        findings: Where the warnings go.
    """
    project = settings.project
    for name in sorted(foreign):
        if name.startswith("oci:") and name != "oci:region":
            findings.warning((name,), f"of no effect: {project}:auth says who calls OCI, in every region")
    _regions_without_keys(settings, findings)
    _wide_unions(settings, findings)
    _limits(settings, findings)


def _regions_without_keys(settings: Settings, findings: Findings) -> None:
    used = {placement.region for placement in settings.placements()}
    idle = [region for region in settings.regions if region not in used]
    if idle:
        findings.warning(
            (f"{settings.project}:regions",),
            f"no key's models are known to be on demand in {', '.join(idle)}; no key is made there",
        )


def _wide_unions(settings: Settings, findings: Findings) -> None:
    for key in settings.keys.values():
        granted = settings.granted(key.name)
        more = sorted(granted.difference(key.models)) if granted else []
        if more:
            findings.warning(
                (f"{settings.project}:keys", key.name, "models"),
                f"the key may also call {', '.join(more)}: the statement of {key.compartment} is for all "
                "its keys",
            )


def _limits(settings: Settings, findings: Findings) -> None:
    keys = len(settings.placements())
    if keys > _KEYS_PER_TENANCY:
        findings.warning(
            (f"{settings.project}:keys",),
            f"{keys} API keys in all regions; a tenancy's api-key-count is {_KEYS_PER_TENANCY} unless it "
            "was raised",
        )
    for compartment in settings.compartments.values():
        statements = sum(
            (len(settings.apis) if compartment.grant == "least" else 1) * (compartment.policy_scope == "key")
            + len(settings.keys[placement.key].readers)
            for placement in settings.placements()
            if settings.keys[placement.key].compartment == compartment.name
        )
        if statements > _STATEMENTS_PER_PATH:
            findings.warning(
                (f"{settings.project}:compartments", compartment.name),
                f"its keys need {statements} statements; OCI allows {_STATEMENTS_PER_PATH} on a path: "
                "spread the keys over compartments, or choose policyScope: compartment",
            )
