"""A backend, judged and then tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from genaikeys.backend import credentials, s3
from genaikeys.backend.address import CHECK, Kind, hidden, parse
from genaikeys.backend.trial import STEPS, attempt, not_tried
from genaikeys.doctor.finding import Finding, Outcome
from genaikeys.engine import find

__all__ = ["Examined", "examine"]


@dataclass(frozen=True)
class Examined:
    """What is known of a backend.

    Attributes:
        url: Without a user and password that it may hold.
        findings: In the order of the checks.
        better: The URL in the form that works, where it is another.
    """

    url: str
    findings: tuple[Finding, ...]
    better: str | None


def examine(url: str, environment: Mapping[str, str], say: Callable[[str], None]) -> Examined:
    """Judge a backend by its URL, the CLI and the credentials; try it where nothing speaks against that.

    Args:
        url: As it would stand in `PULUMI_BACKEND_URL`.
        environment: Of the process.
        say: Tells the person something.
    """
    address, found = parse(url)
    better = None
    if address is not None:
        bucket = s3.read(address, environment) if address.kind is Kind.S3 else None
        wrong = s3.judge(bucket) if bucket else []
        better = s3.corrected(bucket) if bucket and wrong else None
        found += wrong
        found = found or [Finding(CHECK, "", Outcome.OK, f"{address.kind}")]
        found += credentials.of(address, bucket, environment)
    found.append(credentials.cli())
    if any(each.outcome is Outcome.FAILED for each in found):
        found += [not_tried(name) for name in STEPS]
    else:
        found += attempt(find("It keeps the state."), url, environment, say)
    return Examined(hidden(url), tuple(found), better)
