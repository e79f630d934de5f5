"""Credentials and the CLI: whether they are there; their values are never repeated."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path

import pytest

from genaikeys.backend import credentials, s3
from genaikeys.backend.address import parse
from genaikeys.doctor.finding import Finding
from tests.backend.test_address import GOOD
from toolchain import locate


def _of(url: str, environment: Mapping[str, str]) -> list[Finding]:
    address, _ = parse(url)
    assert address is not None
    bucket = s3.read(address, environment) if url.startswith("s3:") else None
    return credentials.of(address, bucket, environment)


def _told(found: list[Finding]) -> list[str]:
    return [f"{each.outcome.value}: {each.found}" for each in found]


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        pytest.param(
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
            ["failed: no pair of keys, neither in variables nor in a profile default"],
            id="none",
        ),
        pytest.param(
            {"AWS_ACCESS_KEY_ID": "*"},
            ["failed: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY isn't"],
            id="half",
        ),
        pytest.param(
            {"AWS_ACCESS_KEY_ID": "*", "AWS_SECRET_ACCESS_KEY": "*"},
            ["ok: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set"],
            id="pair",
        ),
        pytest.param(
            {"AWS_ACCESS_KEY_ID": "*", "AWS_SECRET_ACCESS_KEY": "*", "AWS_SESSION_TOKEN": "*"},
            ["ok: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set", "warning: AWS_SESSION_TOKEN is set"],
            id="left-over-session",
        ),
    ],
)
def test_pair_of_keys_is_looked_for(
    environment: dict[str, str], wanted: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the AWS SDK looks: the variables first. No value is in what is said."""
    monkeypatch.setenv("HOME", str(tmp_path))
    value = secrets.token_hex(16)
    found = _of(GOOD, {name: text.replace("*", value) for name, text in environment.items()})

    assert _told(found) == wanted
    assert value not in "".join(map(str, found))


def test_profile_is_read_and_not_repeated(tmp_path: Path) -> None:
    """One that is named must have both keys; in the configuration its section has another name."""
    value = secrets.token_hex(16)
    shared, config = tmp_path / "credentials", tmp_path / "config"
    shared.write_text(
        f"[state]\naws_access_key_id = {value}\naws_secret_access_key = {value}\n[half]\nregion=x\n"
    )
    config.write_text(f"[profile ci]\naws_access_key_id={value}\naws_secret_access_key={value}\n")
    environment = {"AWS_SHARED_CREDENTIALS_FILE": str(shared), "AWS_CONFIG_FILE": str(config)}
    found = [
        *_of(f"{GOOD}&profile=state", environment),
        *_of(GOOD, {**environment, "AWS_PROFILE": "ci"}),
        *_of(f"{GOOD}&profile=half", environment),
    ]

    assert _told(found) == [
        f"ok: profile state of {shared} has a pair of keys",
        f"ok: profile ci of {config} has a pair of keys",
        "failed: no pair of keys, neither in variables nor in a profile half",
    ]
    assert value not in "".join(map(str, found))


def test_token_of_pulumi_cloud_is_looked_for(tmp_path: Path) -> None:
    """In the variable, or where `pulumi login` puts it."""
    value = secrets.token_hex(16)
    url, environment = "https://api.pulumi.com", {"PULUMI_HOME": str(tmp_path)}
    none = _of(url, environment)
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps({"current": url, "accounts": {url: {"accessToken": value}}}))
    kept = _of(url, environment)
    variable = _of(url, {"PULUMI_ACCESS_TOKEN": value})

    assert _told([*none, *kept, *variable]) == [
        "failed: no access token for https://api.pulumi.com",
        f"ok: {file} has a token for https://api.pulumi.com",
        "ok: PULUMI_ACCESS_TOKEN is set",
    ]
    assert value not in str([*none, *kept, *variable])


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        pytest.param("v3.257.0", "failed: {cli} is 3.257.0", id="before"),
        pytest.param("v3.258.0", "ok: 3.258.0, on PATH", id="first-that-works"),
        pytest.param("broken", "failed: {cli} is of unknown version", id="no-version"),
    ],
)
def test_cli_on_path_must_be_new_enough(
    version: str, wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the kit has a newer one of its own: `pulumi` in this shell would be the old one."""
    cli = tmp_path / "pulumi"
    cli.write_text(f"#!/bin/sh\necho {version}\n")
    cli.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    assert _told([credentials.cli()]) == [wanted.format(cli=cli)]


def test_missing_cli_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both ways to get one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(locate, "find", lambda: None)
    found = credentials.cli()

    assert _told([found]) == ["failed: there is none"]
    assert found.fix == "Install it (pulumi.com/docs/install), or run: python -m toolchain ensure"
