"""What is said of a backend's URL before anything is tried: everything that is wrong, with the fix."""

import string
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys.backend import s3
from genaikeys.backend.address import FORM, Kind, hidden, parse
from genaikeys.doctor.finding import Finding

FRA = "objectstorage.eu-frankfurt-1.oraclecloud.com"
OCI = f"https://axexample1.compat.{FRA}"
GOOD = f"s3://team-state?endpoint={OCI}&region=eu-frankfurt-1&s3ForcePathStyle=true&request_checksum_calculation=when_required"


def judged(url: str, environment: Mapping[str, str] | None = None) -> list[Finding]:
    """All that is said of a URL."""
    address, found = parse(url)
    if address is not None and address.kind is Kind.S3:
        found += s3.judge(s3.read(address, environment or {}))
    return found


def told(url: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """The same, as check, outcome and what was found."""
    return [f"{each.check}: {each.outcome.value}: {each.found}" for each in judged(url, environment)]


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(GOOD, id="oci"),
        pytest.param(GOOD.replace("s3ForcePathStyle", "use_path_style"), id="path-style-by-its-new-name"),
        pytest.param(GOOD.replace("oraclecloud.com", "oci.customer-oci.com"), id="dedicated-endpoint"),
        pytest.param(GOOD.replace(OCI, "http://127.0.0.1:7070"), id="another-server-on-loopback"),
        pytest.param(GOOD.replace(OCI, "http://[::1]:7070"), id="loopback-by-ipv6"),
        pytest.param(GOOD.replace("team-state?", "team-state/kit?"), id="a-folder-of-the-bucket"),
        pytest.param(f"{GOOD}&profile=state", id="profile"),
        pytest.param("https://api.pulumi.com", id="pulumi-cloud"),
        pytest.param("https://pulumi.example.com", id="pulumi-cloud-of-ones-own"),
    ],
)
def test_url_that_works_is_passed_over(url: str) -> None:
    """Nothing is said of it."""
    assert told(url) == []


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        pytest.param(
            "s3://team-state",
            [
                "endpoint: failed: none is given, so the bucket is looked for at AWS",
                "region: failed: none is given",
                "path style: failed: s3ForcePathStyle isn't given, so the bucket becomes a part of the host",
                "checksums: warning: request_checksum_calculation isn't given",
            ],
            id="nothing-but-a-bucket",
        ),
        pytest.param(GOOD.replace("team-state", ""), ["bucket: failed: no bucket is named"], id="no-bucket"),
        pytest.param(
            GOOD.replace("axexample1.", ""),
            [f"endpoint: failed: compat.{FRA} lacks the tenancy's namespace"],
            id="no-namespace",
        ),
        pytest.param(
            GOOD.replace("axexample1.compat.", ""),
            [f"endpoint: failed: {FRA} is the native API, which speaks no S3"],
            id="native-api",
        ),
        pytest.param(
            GOOD.replace("axexample1.compat.", "axexample1."),
            [f"endpoint: failed: axexample1.{FRA} is the native API, which speaks no S3"],
            id="native-api-of-a-namespace",
        ),
        pytest.param(
            GOOD.replace("axexample1.compat.objectstorage", "swiftobjectstorage"),
            [f"endpoint: failed: swift{FRA} is the Swift API"],
            id="swift-api",
        ),
        pytest.param(
            GOOD.replace(".compat.", ".vhcompat."),
            [f"endpoint: failed: axexample1.vhcompat.{FRA} is for virtual-hosted style"],
            id="virtual-hosted",
        ),
        pytest.param(
            GOOD.replace("axexample1", "NAMESPACE"),
            ["endpoint: failed: the namespace is still a placeholder"],
            id="placeholder",
        ),
        pytest.param(
            GOOD.replace("objectstorage.eu-frankfurt-1", "objectstorage.fra"),
            [
                "endpoint: failed: fra is no region identifier",
                "region: failed: eu-frankfurt-1, but the endpoint is in fra",
            ],
            id="region-key",
        ),
        pytest.param(
            GOOD.replace(".com&", ".com/team-state&"),
            ["endpoint: failed: it has the path /team-state"],
            id="bucket-in-the-endpoint",
        ),
        pytest.param(
            GOOD.replace("region=eu-frankfurt-1", "region=us-ashburn-1"),
            ["region: failed: us-ashburn-1, but the endpoint is in eu-frankfurt-1"],
            id="two-regions",
        ),
        pytest.param(
            GOOD.replace("&region=eu-frankfurt-1", ""), ["region: failed: none is given"], id="no-region"
        ),
        pytest.param(
            GOOD.replace("s3ForcePathStyle=true", "s3ForcePathStyle=false"),
            ["path style: failed: s3ForcePathStyle=false, so the bucket becomes a part of the host"],
            id="path-style-off",
        ),
        pytest.param(
            GOOD.replace("s3ForcePathStyle=true", "s3ForcePathStyle=yes"),
            [
                "path style: failed: s3ForcePathStyle=yes, so the bucket becomes a part of the host",
                "parameters: failed: s3ForcePathStyle=yes",
            ],
            id="path-style-in-other-words",
        ),
        pytest.param(
            GOOD.replace("when_required", "when_supported"),
            ["checksums: failed: request_checksum_calculation=when_supported: uploads are chunked"],
            id="checksums-always",
        ),
        pytest.param(
            GOOD.replace("s3ForcePathStyle", "forcePathStyle"),
            [
                "path style: failed: s3ForcePathStyle isn't given, so the bucket becomes a part of the host",
                "parameters: failed: forcePathStyle is no parameter that the CLI knows",
            ],
            id="unknown-parameter",
        ),
        pytest.param(
            GOOD.replace(OCI, OCI.removeprefix("https://")),
            [f"endpoint: warning: axexample1.compat.{FRA} has no scheme"],
            id="legacy-endpoint",
        ),
        pytest.param(
            GOOD.replace(OCI, "127.0.0.1:7070") + "&disableSSL=true&awssdk=v2",
            [
                "endpoint: warning: 127.0.0.1:7070 has no scheme",
                "parameters: warning: disableSSL is of old URLs",
                "parameters: warning: awssdk is of old URLs",
            ],
            id="legacy-parameters",
        ),
        pytest.param(
            GOOD.replace("https://", "http://"),
            ["endpoint: failed: it is http://, so the state travels in the clear"],
            id="clear",
        ),
        pytest.param(
            f"{GOOD}&region=eu-frankfurt-1",
            ["parameters: warning: region is given more than once"],
            id="repeated",
        ),
        pytest.param(
            GOOD.replace(OCI, "https://["), ["endpoint: failed: it names no host"], id="no-host-in-it"
        ),
        pytest.param(
            "file:///srv/state", ["URL: warning: a folder is the state of one machine"], id="folder"
        ),
        pytest.param("file://~", ["URL: warning: a folder is the state of one machine"], id="login-local"),
        pytest.param(
            "file://srv/state",
            [
                "URL: warning: a folder is the state of one machine",
                "URL: warning: srv/state is relative: another folder for each place where pulumi is started",
            ],
            id="two-slashes",
        ),
        pytest.param("/srv/state", ["URL: failed: it is a path without a scheme"], id="path"),
        pytest.param("team-state", ["URL: failed: it has no scheme"], id="word"),
        pytest.param("s3a://team-state", ["URL: failed: s3a:// is no backend's scheme"], id="scheme"),
        pytest.param(
            "https://app.pulumi.com/acme",
            ["URL: failed: app.pulumi.com is the console, not the API"],
            id="console",
        ),
        pytest.param(
            OCI,
            [f"URL: failed: axexample1.compat.{FRA} is Object Storage, not a Pulumi Cloud"],
            id="endpoint-for-a-url",
        ),
        pytest.param(
            "http://pulumi.example.com",
            ["URL: failed: http:// sends the access token in the clear"],
            id="cloud-in-the-clear",
        ),
        pytest.param(
            "gs://team-state",
            ["URL: warning: gs:// is a backend of Pulumi's that this kit doesn't know"],
            id="others",
        ),
    ],
)
def test_everything_wrong_with_a_url_is_told(url: str, wanted: list[str]) -> None:
    """All at once, in the order of the URL; each with what is allowed and what to do."""
    assert told(url) == wanted
    assert all(each.why and each.fix for each in judged(url))


def test_variables_of_the_shell_count() -> None:
    """What the URL leaves open, this shell may settle, for better or worse."""
    url = GOOD.replace("&region=eu-frankfurt-1", "").replace(
        "&request_checksum_calculation=when_required", ""
    )

    assert told(
        url, {"AWS_REGION": "eu-frankfurt-1", "AWS_REQUEST_CHECKSUM_CALCULATION": "when_supported"}
    ) == [
        "region: warning: none is given; AWS_REGION of this shell says eu-frankfurt-1",
        "checksums: failed: AWS_REQUEST_CHECKSUM_CALCULATION is when_supported, and the URL says nothing",
    ]


@pytest.mark.parametrize(
    ("url", "better"),
    [
        pytest.param("s3://team-state", FORM.replace("BUCKET", "team-state"), id="all-is-missing"),
        pytest.param(
            "s3://team-state?endpoint=objectstorage.eu-frankfurt-1.oraclecloud.com",
            GOOD.replace("axexample1", "NAMESPACE"),
            id="region-from-the-endpoint",
        ),
        pytest.param(
            GOOD.replace("region=eu-frankfurt-1", "region=us-ashburn-1").replace("true", "false"),
            GOOD,
            id="two-regions",
        ),
        pytest.param(
            "s3://b/kit?endpoint=127.0.0.1:7070&disableSSL=true&profile=state&region=eu-frankfurt-1",
            "s3://b/kit?endpoint=http://127.0.0.1:7070&region=eu-frankfurt-1&s3ForcePathStyle=true&request_checksum_calculation=when_required&profile=state",
            id="another-server",
        ),
    ],
)
def test_the_better_url_keeps_what_was_right(url: str, better: str) -> None:
    """Placeholders stand only for what the URL doesn't tell; what comes out has nothing wrong but those."""
    address, _ = parse(url)
    assert address is not None
    assert s3.corrected(s3.read(address, {})) == better
    if "NAMESPACE" not in better:
        assert told(better) == []


@given(
    value=st.text(string.ascii_letters + string.digits + "/+=", min_size=16),
    where=st.sampled_from(["s3://{}@team-state", "https://{}@pulumi.example.com", "gs://ci:{}@b"]),
)
def test_credentials_in_a_url_are_refused_and_not_repeated(value: str, where: str) -> None:
    """Neither in what is found, nor in the URL that is shown or proposed; secret keys may hold slashes."""
    for url in (where.format(f"AK:{value}"), GOOD.replace("//axexample1", f"//AK:{value}@axexample1")):
        address, _ = parse(url)
        assert address is not None
        found = judged(url)
        assert "failed: it holds a user or a password, which isn't repeated here" in "".join(told(url))
        proposed = s3.corrected(s3.read(address, {})) if url.startswith("s3") else ""
        assert value not in f"{found}{proposed}"
    assert value not in hidden(where.format(f"AK:{value}"))


@given(
    st.text(max_size=60),
    st.sampled_from(
        ["", "s3://", "s3://b?endpoint=", "s3://b?endpoint=https://", "https://", "file://", "s3://["]
    ),
)
def test_any_text_is_judged(text: str, before: str) -> None:
    """Whatever is given, something is found or nothing, with reason and fix, and nothing falls over."""
    for each in judged(before + text):
        assert each.found
        assert each.why
        assert each.fix
