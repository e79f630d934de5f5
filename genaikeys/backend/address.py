"""The URL of a backend: which kind it is, and what is wrong with it whatever the kind."""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from genaikeys.doctor.finding import Finding, Outcome

__all__ = [
    "FORM",
    "Address",
    "Kind",
    "credentials_in",
    "hidden",
    "is_loopback",
    "parse",
    "problem",
    "warning",
]

CHECK = "URL"
FORM = (
    "s3://BUCKET?endpoint=https://NAMESPACE.compat.objectstorage.REGION.oraclecloud.com"
    "&region=REGION&s3ForcePathStyle=true&request_checksum_calculation=when_required"
)
"""The URL of a bucket of OCI Object Storage (pulumi 3.259, pkg/backend/diy; not tried against a tenancy)."""
_ALLOWED = f"https://api.pulumi.com for Pulumi Cloud; {FORM}; file:///FOLDER"
_OTHERS = ("gs", "azblob", "postgres")
_DOTS = "••••@"


class Kind(StrEnum):
    """What keeps the state."""

    CLOUD = "Pulumi Cloud"
    S3 = "S3-compatible bucket"
    FILE = "folder"
    OTHER = "other"


@dataclass(frozen=True)
class Address:
    """A backend's URL, taken apart.

    Attributes:
        url: As it was given, without a user and password that it may have held.
        kind: What keeps the state.
        parts: Of the URL.
    """

    url: str
    kind: Kind
    parts: SplitResult


def problem(check: str, found: str, allowed: str, fix: str) -> Finding:
    """Something that can't work, or gives something away."""
    return Finding(check, "", Outcome.FAILED, found, f"Allowed: {allowed}", fix)


def warning(check: str, found: str, why: str, fix: str) -> Finding:
    """Something that works and that a team should not have."""
    return Finding(check, "", Outcome.WARNING, found, why, fix)


def parse(url: str) -> tuple[Address | None, list[Finding]]:
    """Take a URL apart.

    Returns:
        The address, or None where it is no backend's; and what is wrong with its form.
    """
    given, found = _without_credentials(url)
    try:
        parts = urlsplit(given)
    except ValueError:
        return None, [*found, problem(CHECK, "it is no URL", _ALLOWED, "Write one of these forms.")]
    kind = _kind(parts.scheme)
    if kind is None:
        return None, [*found, _no_scheme(given, parts.scheme)]
    if kind is Kind.CLOUD:
        found += _cloud(parts)
    elif kind is Kind.FILE:
        found += _file(given)
    elif kind is Kind.OTHER:
        found.append(
            warning(
                CHECK,
                f"{parts.scheme}:// is a backend of Pulumi's that this kit doesn't know",
                "Its parameters and credentials aren't judged; it is only tried.",
                "Read pulumi.com/docs/iac/concepts/state-and-backends for it.",
            )
        )
    return Address(given, kind, parts), found


def credentials_in(check: str) -> Finding:
    """What is said of a user and password that stand before an @."""
    return problem(
        check,
        "it holds a user or a password, which isn't repeated here",
        "a URL without them; a URL stands in logs, in process lists and in the shell's history",
        "Take what stands before the @ out, make it worthless where it was issued, and give the new "
        "credentials in the environment.",
    )


def _without_credentials(url: str) -> tuple[str, list[Finding]]:
    """The URL without a user and password, so that nothing further on can repeat them.

    A secret key may hold a slash, so all that stands before the last @ counts, up to the parameters.
    """
    before, mark, after = hidden(url).partition(_DOTS)
    return (before + after, [credentials_in(CHECK)]) if mark else (url, [])


def hidden(url: str) -> str:
    """A URL with dots in place of a user and password."""
    if url.startswith("file:"):
        return url
    return re.sub(r"(?<=://)[^?]*@", _DOTS, url, count=1)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    return host in ("localhost", "::1") or host.startswith("127.")


def _kind(scheme: str) -> Kind | None:
    if scheme in ("https", "http"):
        return Kind.CLOUD
    if scheme in _OTHERS:
        return Kind.OTHER
    return {"s3": Kind.S3, "file": Kind.FILE}.get(scheme)


def _no_scheme(url: str, scheme: str) -> Finding:
    if url.startswith(("/", "~", ".")):
        return problem(CHECK, "it is a path without a scheme", _ALLOWED, f"Write file://{url}")
    close = difflib.get_close_matches(scheme, ("https", "s3", "file", *_OTHERS), n=1)
    hint = f" Probably meant: {close[0]}://" if close else ""
    given = f"{scheme}:// is no backend's scheme" if scheme else "it has no scheme"
    return problem(CHECK, given, _ALLOWED, f"Write one of these forms.{hint}")


def _cloud(parts: SplitResult) -> list[Finding]:
    host = parts.hostname or ""
    allowed = "https://api.pulumi.com, or the API's address of a Pulumi Cloud that you host"
    if "objectstorage" in host.split("."):
        return [
            problem(
                CHECK,
                f"{host} is Object Storage, not a Pulumi Cloud",
                FORM,
                "Write the bucket's URL in that form.",
            )
        ]
    if host in ("app.pulumi.com", "pulumi.com", "www.pulumi.com"):
        return [
            problem(CHECK, f"{host} is the console, not the API", allowed, "Write https://api.pulumi.com")
        ]
    if parts.scheme == "http" and not is_loopback(host):
        return [problem(CHECK, "http:// sends the access token in the clear", allowed, "Write https://")]
    return []


def _file(url: str) -> list[Finding]:
    path = url.removeprefix("file://").partition("?")[0]
    found = [
        warning(
            CHECK,
            "a folder is the state of one machine",
            "Nobody else sees it, CI starts without it, nobody keeps its older versions, and whoever reads "
            "the disk reads it. Good for one person, and for trying things.",
            f"For a team: https://api.pulumi.com, or {FORM}",
        )
    ]
    if not path.startswith(("/", "~")):
        found.append(
            warning(
                CHECK,
                f"{path or 'nothing'} is relative: another folder for each place where pulumi is started",
                "Two people in two folders have two states, and neither knows of the other's resources.",
                "Write the whole path, with three slashes: file:///FOLDER",
            )
        )
    return found
