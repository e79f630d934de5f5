"""Secrets that are made when a test runs and open nothing, and places to put them."""

import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import secrets
import string
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

LETTERS = string.ascii_letters + string.digits

Put = Callable[[Path, bytes], None]
"""Puts a text with a secret into a folder."""


def value(length: int = 48, letters: str = LETTERS) -> str:
    """A secret of the shape that OCI issues."""
    return "sk-" + "".join(secrets.choice(letters) for _ in range(length))


def local_value() -> str:
    """A secret as a local OCI issues it."""
    return "sk-localtest-" + value().removeprefix("sk-")


def digest(secret: str) -> str:
    """Its fingerprint, worked out apart from the kit."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


def pieces(secret: str) -> list[str]:
    """What no output may hold: any twelve letters of a secret, in a row."""
    tail = secret.removeprefix("sk-").removeprefix("localtest-")
    return [tail[start : start + 12] for start in range(len(tail) - 11)]


def _escapes(form: str) -> Callable[[str], bytes]:
    return lambda text: "".join(form % ord(letter) for letter in text).encode()


SPELLINGS: Mapping[str, Callable[[str], bytes]] = {
    "plain": lambda text: text.encode(),
    "glued to a letter": lambda text: f"Bearer{text}".encode(),
    "behind an escape": lambda text: f"key:\\n{text}\\n".encode(),
    "behind a URL's escape": lambda text: f"key%3D{text}%26".encode(),
    "in bytes that aren't UTF-8": lambda text: b"\xff\xfe\x80" + text.encode() + b"\xe9\x00",
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, one byte later": lambda text: base64.b64encode(f'"{text}"'.encode()),
    "base64, two bytes later": lambda text: base64.b64encode(f"k={text}\n".encode()),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(f"ÿÿ?{text}?ÿ".encode("latin-1")).rstrip(b"="),
    "base64 in lines of 76": lambda text: base64.encodebytes(f"{'padding ' * 7}{text}{' more' * 9}".encode()),
    "base64 in lines of 64, indented": lambda text: b"\n".join(
        b"    " + line
        for line in _lines(base64.b64encode(f"{'padding ' * 5}{text}{' more' * 9}".encode()), 64)
    ),
    "URL-encoded where it must be": lambda text: quote(f"a&{text}/", safe="").encode(),
    "URL-encoded, the hyphen": lambda text: text.replace("-", "%2D").encode(),
    "URL-encoded, every letter": _escapes("%%%02X"),
    "URL-encoded, every letter, small": _escapes("%%%02x"),
    "JSON escapes": _escapes("\\u%04x"),
    "JSON escapes, the hyphen": lambda text: text.replace("-", "\\u002d").encode(),
    "C escapes": _escapes("\\x%02x"),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "hexadecimal, capitals": lambda text: text.encode().hex().upper().encode(),
    "UTF-16": lambda text: f"key = {text}\n".encode("utf-16"),
    "UTF-16, the other order": lambda text: f"key = {text}\n".encode("utf-16-be"),
    "UTF-32": lambda text: f"key = {text}\n".encode("utf-32"),
    "base64 in UTF-16": lambda text: base64.b64encode(text.encode()).decode().encode("utf-16"),
}
"""Each way of writing a secret that is found, by name."""

UNSEEN: Mapping[str, Callable[[str], bytes]] = {
    "backwards": lambda text: text[::-1].encode(),
    "base32": lambda text: base64.b32encode(text.encode()),
    "cut in two": lambda text: f'"{text[:20]}" + "{text[20:]}"'.encode(),
    "without its sk-": lambda text: text.removeprefix("sk-").encode(),
    "base64 of base64": lambda text: base64.b64encode(base64.b64encode(text.encode())),
    "encrypted": lambda text: bytes(
        one ^ two for one, two in zip(text.encode(), os.urandom(len(text)), strict=True)
    ),
}
"""Ways of writing a secret that are not found, and are told as such."""


def _lines(text: bytes, width: int) -> list[bytes]:
    return [text[start : start + width] for start in range(0, len(text), width)]


def write(path: Path, content: bytes) -> None:
    """Write a file, and the folders around it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def zipped(files: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    """A tar archive of one file, packed with gzip."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def git(folder: Path, *arguments: str, **variables: str) -> str:
    """Run git as a person would, without settings of this machine."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        [
            *("git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.com"),
            *("-c", "init.defaultBranch=main", *arguments),
        ],
        env={**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **variables},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def repository(folder: Path) -> Path:
    """A new repository with one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Begin")
    return folder


def committed(folder: Path, name: str, content: bytes) -> str:
    """Commit a file, and return the commit."""
    write(folder / name, content)
    git(folder, "add", "--force", name)
    git(folder, "commit", "--quiet", "--message", f"Add {len(name)}")
    return git(folder, "rev-parse", "HEAD")


def checkpoint(content: bytes) -> bytes:
    """A state file of Pulumi's that holds a text."""
    document = {"version": 3, "checkpoint": {"latest": {"resources": [{"outputs": {"x": "@"}}]}}}
    return json.dumps(document).encode().replace(b"@", content)


PACKED: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": (".gz!", gzip.compress),
    "bzip2": (".bz2!", bz2.compress),
    "xz": (".xz!", lzma.compress),
    "zip": (".zip!in/side.txt", lambda content: zipped({"in/side.txt": content})),
    "zip, stored": (
        ".zip!side.txt",
        lambda content: zipped({"side.txt": content}, compression=zipfile.ZIP_STORED),
    ),
    "gzip in zip": (".zip!state.json.gz!", lambda content: zipped({"state.json.gz": gzip.compress(content)})),
    "tar and gzip": (".tar.gz!", lambda content: tarred("a.txt", content)),
}
"""Ways of packing: how the place ends, and the packing."""
