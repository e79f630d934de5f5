"""The URL of a bucket: the parameters that decide whether state can be written, copied and locked in it.

Parameters and defaults are those of pulumi 3.259 with gocloud.dev 0.46 (pkg/backend/diy/backend.go,
blob/s3blob, aws/aws.go; read 2026-11-28). That OCI takes path style only and refuses chunked uploads with
checksums is documented and reported (Object Storage, "Amazon S3 Compatibility API"; activepieces#14110,
projectnessie#11441), not tried against a tenancy.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from genaikeys.backend.address import Address, credentials_in, is_loopback, problem, warning
from genaikeys.doctor.finding import Finding

__all__ = ["Bucket", "corrected", "judge", "read"]

_KNOWN = frozenset(
    {
        *("endpoint", "region", "s3ForcePathStyle", "use_path_style", "request_checksum_calculation"),
        *("response_checksum_validation", "profile", "role", "anonymous", "hostname_immutable"),
        *("disable_https", "disableSSL", "awssdk", "dualstack", "fips", "accelerate"),
        *("rate_limiter_capacity", "ssetype", "kmskeyid"),
    }
)
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")
_ENDPOINT = re.compile(
    r"(?P<namespace>[a-z0-9][a-z0-9_-]*)\.compat\.objectstorage\.(?P<region>[a-z0-9-]+)\.(?P<domain>[a-z0-9.-]+)"
)
_ANYWHERE = re.compile(r"objectstorage\.(?P<region>[a-z0-9-]+)\.")
_PLACEHOLDERS = ("namespace", "region", "bucket")
_OCI_FORM = "https://NAMESPACE.compat.objectstorage.REGION.oraclecloud.com"
_NAMESPACE = "`oci os ns get` tells the namespace."


@dataclass(frozen=True)
class Bucket:
    """A bucket's URL, taken apart.

    Attributes:
        name: The bucket's.
        folder: In it, with its slash; mostly empty.
        given: The parameters, the first value of each.
        repeated: Parameters that are given more than once.
        host: Of the endpoint, in lower case; empty where none is given.
        has_credentials: Whether the endpoint held a user or password; `given` has it without.
        environment: Variables of the process.
    """

    name: str
    folder: str
    given: Mapping[str, str]
    repeated: tuple[str, ...]
    host: str
    has_credentials: bool
    environment: Mapping[str, str]

    @property
    def is_oci(self) -> bool:
        """Whether the endpoint is OCI's."""
        return "objectstorage" in self.host or self.host.endswith(("oraclecloud.com", "customer-oci.com"))

    @property
    def endpoint(self) -> str:
        """The endpoint with a scheme, as the CLI completes it."""
        text = self.given.get("endpoint", "")
        if not text or "://" in text:
            return text
        return f"{'http' if self.given.get('disableSSL') in _TRUE else 'https'}://{text}"


def read(address: Address, environment: Mapping[str, str]) -> Bucket:
    """Take a bucket's URL apart."""
    pairs = parse_qsl(address.parts.query, keep_blank_values=True)
    given: dict[str, str] = {}
    for name, value in pairs:
        given.setdefault(name, value)
    repeated = tuple(name for name in given if sum(other == name for other, _ in pairs) > 1)
    text = given.get("endpoint", "")
    scheme = text.partition("://")[0] + "://" if "://" in text else ""
    bare = text.removeprefix(scheme).rpartition("@")[2]
    if text:
        given["endpoint"] = scheme + bare
    parts = address.parts
    return Bucket(parts.netloc, parts.path, given, repeated, _host(bare), "@" in text, environment)


def judge(bucket: Bucket) -> list[Finding]:
    """Everything that is wrong, in the order of the URL."""
    return [
        *_name(bucket),
        *_endpoint(bucket),
        *_region(bucket),
        *_path_style(bucket),
        *_checksums(bucket),
        *_parameters(bucket),
    ]


def corrected(bucket: Bucket) -> str:
    """The URL in the form that works, with what is known of this one filled in."""
    seen = _ANYWHERE.search(bucket.host)
    region = (seen["region"] if seen else bucket.given.get("region")) or "REGION"
    if bucket.is_oci or not bucket.host:
        matched = _ENDPOINT.fullmatch(bucket.host)
        namespace = (
            matched["namespace"] if matched and matched["namespace"] not in _PLACEHOLDERS else "NAMESPACE"
        )
        domain = matched["domain"] if matched else "oraclecloud.com"
        endpoint = f"https://{namespace}.compat.objectstorage.{region}.{domain}"
    else:
        endpoint, region = bucket.endpoint, bucket.given.get("region") or "REGION"
    kept = "".join(f"&{name}={bucket.given[name]}" for name in ("profile",) if name in bucket.given)
    return (
        f"s3://{bucket.name or 'BUCKET'}{bucket.folder}?endpoint={endpoint}&region={region}"
        f"&s3ForcePathStyle=true&request_checksum_calculation=when_required{kept}"
    )


def _name(bucket: Bucket) -> Iterator[Finding]:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,256}", bucket.name):
        yield problem(
            "bucket",
            f"{bucket.name} is no bucket's name" if bucket.name else "no bucket is named",
            "a name of letters, digits, dots, hyphens and underscores after s3://",
            "Name the bucket. It must exist: one that is made over S3 lies in the root compartment, unless "
            "the tenancy names another.",
        )


def _endpoint(bucket: Bucket) -> Iterator[Finding]:
    text = bucket.given.get("endpoint", "")
    if not text:
        yield problem(
            "endpoint",
            "none is given, so the bucket is looked for at AWS",
            _OCI_FORM,
            f"Add it. {_NAMESPACE}",
        )
        return
    if bucket.has_credentials:
        yield credentials_in("endpoint")
    if "://" not in text:
        yield warning(
            "endpoint",
            f"{text} has no scheme",
            "The CLI completes it by a rule for old URLs; other tools, and later CLIs, need not.",
            f"Write endpoint={bucket.endpoint}",
        )
    if not bucket.host:
        yield problem("endpoint", "it names no host", _OCI_FORM, f"Correct it. {_NAMESPACE}")
        return
    parts = urlsplit(bucket.endpoint)
    plain = parts.scheme == "http" or bucket.given.get("disable_https") in _TRUE
    if plain and not is_loopback(bucket.host):
        yield problem(
            "endpoint", "it is http://, so the state travels in the clear", "https://", "Write https://"
        )
    if bucket.is_oci:
        yield from _oci(bucket, parts.path)


def _host(endpoint: str) -> str:
    """The host of an endpoint without its scheme; empty where there is none."""
    try:
        return urlsplit(f"//{endpoint}").hostname or ""
    except ValueError:  # half an IPv6 address
        return ""


def _oci(bucket: Bucket, path: str) -> Iterator[Finding]:
    matched = _ENDPOINT.fullmatch(bucket.host)
    if matched is None:
        yield problem(
            "endpoint", f"{bucket.host} {_misread(bucket.host)}", _OCI_FORM, f"Correct it. {_NAMESPACE}"
        )
    elif matched["namespace"] in _PLACEHOLDERS:
        yield problem(
            "endpoint", "the namespace is still a placeholder", _OCI_FORM, f"Fill it in. {_NAMESPACE}"
        )
    elif not _REGION.fullmatch(matched["region"]):
        yield problem(
            "endpoint",
            f"{matched['region']} is no region identifier",
            f"{_OCI_FORM}, with a region such as eu-frankfurt-1",
            "Write the region's identifier, not its key.",
        )
    if path.strip("/"):
        yield problem(
            "endpoint",
            f"it has the path {path}",
            f"{_OCI_FORM}; the bucket stands after s3://",
            "Take the path out.",
        )


def _misread(host: str) -> str:
    """What a host of OCI's is that isn't the S3 endpoint of a namespace."""
    first = host.split(".")[0]
    if first == "compat":
        return "lacks the tenancy's namespace"
    if first == "swiftobjectstorage":
        return "is the Swift API"
    if "vhcompat" in host.split("."):
        return "is for virtual-hosted style"
    if "compat" not in host.split("."):
        return "is the native API, which speaks no S3"
    return "is not the S3 endpoint of a namespace"


def _region(bucket: Bucket) -> Iterator[Finding]:
    given = bucket.given.get("region", "")
    matched = _ENDPOINT.fullmatch(bucket.host) if bucket.is_oci else None
    wanted = matched["region"] if matched else ""
    if given and wanted and given != wanted:
        yield problem(
            "region",
            f"{given}, but the endpoint is in {wanted}",
            f"region={wanted}; requests are signed for it",
            f"Write region={wanted}",
        )
    if given:
        return
    elsewhere = [name for name in ("AWS_REGION", "AWS_DEFAULT_REGION") if bucket.environment.get(name)]
    if elsewhere:
        yield warning(
            "region",
            f"none is given; {elsewhere[0]} of this shell says {bucket.environment[elsewhere[0]]}",
            "In another shell, and in CI, the same URL signs for another region or fails.",
            f"Add region={wanted or bucket.environment[elsewhere[0]]}",
        )
    else:
        yield problem(
            "region",
            "none is given",
            "region=REGION; requests are signed for it",
            f"Add region={wanted or 'REGION'}",
        )


def _path_style(bucket: Bucket) -> Iterator[Finding]:
    names = [name for name in ("use_path_style", "s3ForcePathStyle") if name in bucket.given]
    # Where both are given, the CLI reads s3ForcePathStyle last.
    value = bucket.given[names[-1]] if names else None
    if value in _TRUE:
        return
    given = f"{names[-1]}={value}" if names else "s3ForcePathStyle isn't given"
    yield problem(
        "path style",
        f"{given}, so the bucket becomes a part of the host",
        "s3ForcePathStyle=true",
        "Write s3ForcePathStyle=true",
    )


def _checksums(bucket: Bucket) -> Iterator[Finding]:
    value = bucket.given.get("request_checksum_calculation")
    if value == "when_required":
        return
    fix = "Write request_checksum_calculation=when_required"
    if value is not None:
        yield problem(
            "checksums",
            f"request_checksum_calculation={value}: uploads are chunked",
            "request_checksum_calculation=when_required; OCI refuses chunked uploads that end in a checksum",
            fix,
        )
        return
    environment = bucket.environment.get("AWS_REQUEST_CHECKSUM_CALCULATION", "")
    if environment and environment.lower() != "when_required":
        yield problem(
            "checksums",
            f"AWS_REQUEST_CHECKSUM_CALCULATION is {environment}, and the URL says nothing",
            "request_checksum_calculation=when_required",
            fix,
        )
    else:
        yield warning(
            "checksums",
            "request_checksum_calculation isn't given",
            "This CLI takes when_required beside an endpoint; one before 3.256 doesn't, and a variable of "
            "somebody's shell can change it. OCI refuses chunked uploads that end in a checksum.",
            fix,
        )


def _parameters(bucket: Bucket) -> Iterator[Finding]:
    for name in sorted(bucket.given):
        if name not in _KNOWN:
            close = difflib.get_close_matches(name, _KNOWN, n=1)
            yield problem(
                "parameters",
                f"{name if name.isidentifier() else 'what is no word'} is no parameter that the CLI knows",
                ", ".join(sorted(_KNOWN)),
                f"Write {close[0]}" if close else "Take it out.",
            )
    for name in bucket.repeated:
        yield warning(
            "parameters", f"{name} is given more than once", "One of them has no effect.", "Keep one."
        )
    for name in ("s3ForcePathStyle", "use_path_style", "disable_https", "disableSSL", "anonymous"):
        value = bucket.given.get(name)
        if value is not None and value not in _TRUE | _FALSE:
            yield problem("parameters", f"{name}={value}", "true or false", f"Correct {name}.")
    if "disableSSL" in bucket.given:
        yield warning(
            "parameters",
            "disableSSL is of old URLs",
            "The CLI translates it; gocloud.dev doesn't know it any more.",
            "Give the endpoint with its scheme, and take disableSSL out.",
        )
    if "awssdk" in bucket.given:
        yield warning(
            "parameters", "awssdk is of old URLs", "The CLI ignores it: there is one SDK now.", "Take it out."
        )
    if bucket.given.get("anonymous") in _TRUE:
        yield problem(
            "parameters", "anonymous=true: state that anybody may write", "signed requests", "Take it out."
        )
