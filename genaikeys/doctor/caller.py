"""Who calls, from where, and when."""

import os
from collections.abc import Iterator

from genaikeys.doctor.facts import Facts
from genaikeys.doctor.finding import Finding, Outcome
from genaikeys.oci import OciError

__all__ = ["caller", "clock", "environment", "home_region", "subscriptions"]

_MOST_AHEAD = 300.0
"""Seconds by which a signature's date may differ (OCI, "Request Signatures": five minutes)."""
_LESS = 60.0
_PRESERVE = "TF_PRESERVE_STATE_ON_404"


def caller(facts: Facts) -> Iterator[Finding]:
    """The credentials are there, and OCI takes them."""
    auth = facts.settings.auth
    by = f"{auth.type}, profile {auth.profile}" if auth.type in ("api_key", "session") else auth.type
    try:
        facts.oci.regions(facts.home)
    except OciError as problem:
        if problem.status == 401:
            yield Finding(
                "credentials",
                "",
                Outcome.FAILED,
                f"OCI refuses them ({by})",
                "Nothing can be asked or changed.",
                "Look whether the key's fingerprint is listed for the user in OCI, and whether the clock is "
                "right; a session ends after an hour: oci session authenticate.",
            )
            return
    yield Finding("credentials", "", Outcome.OK, f"OCI takes them ({by})")


def clock(facts: Facts) -> Iterator[Finding]:
    """This machine's clock agrees with OCI's."""
    ahead = facts.oci.ahead()
    if ahead is None:
        yield Finding("clock", "", Outcome.UNKNOWN, "OCI did not tell the time")
        return
    found = f"OCI's is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} this machine's"
    if abs(ahead) < _LESS:
        yield Finding("clock", "", Outcome.OK, found)
        return
    too_far = abs(ahead) >= _MOST_AHEAD
    yield Finding(
        "clock",
        "",
        Outcome.FAILED if too_far else Outcome.WARNING,
        found,
        "OCI refuses requests that are signed more than five minutes off.",
        "Set the clock; on Linux: timedatectl set-ntp true.",
    )


def environment(_: Facts) -> Iterator[Finding]:
    """What pulumi_oci reads from the environment is set, if pulumi is started from here."""
    if os.environ.get(_PRESERVE, "").lower() == "true":
        yield Finding("environment", "", Outcome.OK, f"{_PRESERVE} is true")
        return
    yield Finding(
        "environment",
        "",
        Outcome.WARNING,
        f"{_PRESERVE} is not true",
        "On a refresh pulumi_oci drops a resource from the state where a permission is missing.",
        f"Set it where pulumi runs: export {_PRESERVE}=true.",
    )


def home_region(facts: Facts) -> Iterator[Finding]:
    """The home region is the one that the stack says."""
    try:
        regions = facts.oci.regions(facts.home)
    except OciError as problem:
        yield _unseen("home region", problem)
        return
    home = next((name for name, is_home in regions.items() if is_home), "unknown")
    if home == facts.home:
        yield Finding("home region", "", Outcome.OK, home)
        return
    yield Finding(
        "home region",
        "",
        Outcome.FAILED,
        f"the tenancy's is {home}, the stack says {facts.home}",
        "Compartments and policies can be written in the home region only.",
        f"Set oci:region to {home}.",
    )


def subscriptions(facts: Facts) -> Iterator[Finding]:
    """The tenancy is subscribed to each region of the stack."""
    try:
        regions = facts.oci.regions(facts.home)
    except OciError as problem:
        yield _unseen("subscription", problem)
        return
    for region in facts.regions:
        if region in regions:
            yield Finding("subscription", region, Outcome.OK, "subscribed, ready")
        else:
            yield Finding(
                "subscription",
                region,
                Outcome.FAILED,
                "the tenancy is not subscribed to it, or not yet",
                "Every call there is refused.",
                "oci iam region-subscription create --region-key "
                f"{facts.settings.catalogue.regions[region].key} --tenancy-id {facts.oci.tenancy()}; a "
                "subscription can't be undone. Or take the region out.",
            )


def _unseen(check: str, problem: OciError) -> Finding:
    return Finding(
        check,
        "",
        Outcome.UNKNOWN,
        problem.what,
        "The regions of the tenancy can't be told.",
        "Let the caller look: inspect tenancies in tenancy.",
    )
