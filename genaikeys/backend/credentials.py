"""What a backend needs besides its URL: a Pulumi CLI that is new enough, and credentials. None is printed."""

import configparser
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from genaikeys.backend.address import Address, Kind, problem, warning
from genaikeys.backend.s3 import Bucket
from genaikeys.doctor.finding import Finding, Outcome

__all__ = ["cli", "of"]

_CHECK = "credentials"
_PAIR = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_CUSTOMER_KEY = (
    "Make a Customer Secret Key for a user of its own (console: the user, Customer secret keys) and put it "
    "into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, from a password manager or the CI's secrets."
)


def cli() -> Finding:
    """Whether the CLI that `pulumi` starts here can keep state in an S3-compatible bucket."""
    from toolchain.locate import OLDEST, find, version_of

    oldest = ".".join(map(str, OLDEST))
    on_path = shutil.which("pulumi")
    version = version_of(Path(on_path)) if on_path else None
    if on_path is not None and (version is None or tuple(map(int, version.split("."))) < OLDEST):
        return problem(
            "Pulumi CLI",
            f"{on_path} is {version or 'of unknown version'}",
            f"{oldest} or newer; those before can't keep state in an S3-compatible bucket "
            "(pulumi/pulumi#23478, #24109, #24219)",
            "Upgrade it: pulumi.com/docs/install",
        )
    found = find()
    if found is None:
        return problem(
            "Pulumi CLI",
            "there is none",
            f"{oldest} or newer",
            "Install it (pulumi.com/docs/install), or run: python -m toolchain ensure",
        )
    return Finding("Pulumi CLI", "", Outcome.OK, f"{found.version}, {found.source}")


def of(address: Address, bucket: Bucket | None, environment: Mapping[str, str]) -> list[Finding]:
    """Whether a backend's credentials are there; nothing where it takes none, or isn't known."""
    if bucket is not None:
        return _s3(bucket)
    return _cloud(address, environment) if address.kind is Kind.CLOUD else []


def _cloud(address: Address, environment: Mapping[str, str]) -> list[Finding]:
    """Whether there is an access token for a Pulumi Cloud."""
    if environment.get("PULUMI_ACCESS_TOKEN"):
        return [Finding(_CHECK, "", Outcome.OK, "PULUMI_ACCESS_TOKEN is set")]
    home = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
    file = home / "credentials.json"
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        account = known["accounts"][address.url.rstrip("/")]
        has_token = bool(account.get("accessToken"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        has_token = False
    if has_token:
        return [Finding(_CHECK, "", Outcome.OK, f"{file} has a token for {address.url}")]
    return [
        problem(
            _CHECK,
            f"no access token for {address.url}",
            f"PULUMI_ACCESS_TOKEN, or a login that is kept in {file}",
            "In CI set PULUMI_ACCESS_TOKEN from its secrets; at a desk run `pulumi login`.",
        )
    ]


def _s3(bucket: Bucket) -> list[Finding]:
    """Whether there is a pair of keys for a bucket, where the AWS SDK looks for one."""
    if bucket.given.get("anonymous") == "true":
        return []  # told as what it is
    given = [name for name in _PAIR if bucket.environment.get(name)]
    profile = bucket.given.get("profile") or (not given and bucket.environment.get("AWS_PROFILE")) or ""
    if profile:
        found = _profile(profile, bucket.environment)
    elif len(given) == len(_PAIR):
        found = Finding(_CHECK, "", Outcome.OK, f"{' and '.join(_PAIR)} are set")
    elif given:
        (missing,) = set(_PAIR) - set(given)
        found = problem(
            _CHECK,
            f"{given[0]} is set and {missing} isn't",
            "both, or neither and a profile",
            f"Set {missing}.",
        )
    else:
        found = _profile("default", bucket.environment)
    session = [
        warning(
            _CHECK,
            "AWS_SESSION_TOKEN is set",
            "A Customer Secret Key has none: requests are then signed with a token that OCI didn't issue.",
            "Unset AWS_SESSION_TOKEN.",
        )
    ]
    return [found, *(session if bucket.is_oci and bucket.environment.get("AWS_SESSION_TOKEN") else ())]


def _profile(name: str, environment: Mapping[str, str]) -> Finding:
    """Whether a profile of AWS's shared files has a pair of keys."""
    folder = Path.home() / ".aws"
    files = (
        (Path(environment.get("AWS_SHARED_CREDENTIALS_FILE") or folder / "credentials"), name),
        (Path(environment.get("AWS_CONFIG_FILE") or folder / "config"), _section(name)),
    )
    for file, section in files:
        read = configparser.RawConfigParser()
        try:
            read.read_string(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, configparser.Error):
            continue
        if read.has_section(section):
            options = dict(read.items(section))
            if all(options.get(option.lower()) for option in _PAIR):
                return Finding(_CHECK, "", Outcome.OK, f"profile {name} of {file} has a pair of keys")
            if "credential_process" in options:
                return Finding(_CHECK, "", Outcome.OK, f"profile {name} of {file} has a credential_process")
    return problem(
        _CHECK,
        f"no pair of keys, neither in variables nor in a profile {name}",
        f"{' and '.join(_PAIR)}, or a profile in {files[0][0]}",
        _CUSTOMER_KEY,
    )


def _section(name: str) -> str:
    return name if name == "default" else f"profile {name}"
