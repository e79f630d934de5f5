"""The search finds what it is for: each spelling, packed and cut, and nothing else."""

import base64
import gzip
import io
import json
import secrets
import string
import urllib.parse
import zipfile
from collections.abc import Callable

import pytest

from tests.canary.spellings import ISSUED, SPELLINGS, search


def issued() -> bytes:
    """A value as the local OCI issues them."""
    letters = string.ascii_letters + string.digits
    return ("sk-localtest-" + "".join(secrets.choice(letters) for _ in range(48))).encode()


def _zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plan.json", content)
    return packed.getvalue()


_AROUND: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda value: b'{"key": "' + value + b'"}',
    "base64": lambda value: base64.b64encode(value),
    "base64 of JSON": lambda value: base64.b64encode(b'{"key": "' + value + b'"}'),
    "base64 for URLs, shifted": lambda value: base64.urlsafe_b64encode(b"xy" + value + b"z"),
    "hexadecimal": lambda value: value.hex().encode(),
    "every letter as in a URL": lambda value: "".join(f"%{letter:02X}" for letter in value).encode(),
    "a URL": lambda value: urllib.parse.quote(value).encode(),
    "UTF-16, little end first": lambda value: value.decode().encode("utf-16-le"),
    "UTF-16, big end first": lambda value: value.decode().encode("utf-16-be"),
    "UTF-32": lambda value: value.decode().encode("utf-32-be"),
    "JSON escapes": lambda value: "".join(f"\\u{letter:04x}" for letter in value).encode(),
    "JSON in JSON": lambda value: json.dumps(json.dumps({"key": value.decode()})).encode(),
    "backwards": lambda value: value[::-1],
    "without sk-": lambda value: value.removeprefix(b"sk-"),
    "cut in the middle": lambda value: value[: len(value) // 2],
    "its end alone": lambda value: value[-20:],
    "gzip": gzip.compress,
    "gzip twice": lambda value: gzip.compress(gzip.compress(value)),
    "a zip archive": _zipped,
}


@pytest.mark.parametrize("around", _AROUND)
def test_value_is_found(around: str) -> None:
    """However it is written, a value is found, and it is told which."""
    values = [issued(), issued()]

    found = search([("here", b"before " if "zip" not in around else b"")], values)
    assert found.hits == ()
    found = search([("here", _AROUND[around](values[1]))], values)

    assert {(hit.place, hit.number) for hit in found.hits} == {("here", 1)}


@pytest.mark.parametrize("spelling", [name for name in SPELLINGS if name != "backwards"])
def test_value_that_nobody_saw_issued_is_found_by_its_shape(spelling: str) -> None:
    """What never crossed the wire is found by how every value begins."""
    found = search([("here", b"x" + SPELLINGS[spelling](issued()) + b"y")], [issued()])

    assert [(hit.spelling, hit.number) for hit in found.hits] == [("its shape", -1)]


def test_mask_and_fingerprint_are_no_hits() -> None:
    """What OCI itself shows of a value, its beginning and its last four letters, is no leak."""
    value = issued()
    shown = b'{"keyMask": "sk-****' + value[-4:] + b'", "marker": "sk-localtest-"}'

    assert search([("mask", shown)], [value]).hits == ()


def test_issued_values_are_told_from_other_text() -> None:
    """Whole values are recognised; longer and shorter ones are not."""
    value = issued()

    assert ISSUED.findall(b'"' + value + b'", ' + value + b"x, " + value[:-1]) == [value]
