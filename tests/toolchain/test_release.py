"""Fetching the official release: from a server on this machine that has what the real one has."""

import hashlib
import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolchain import locate, release

_ARCHIVE = f"pulumi-v{locate.ENGINE}-{locate.machine()}.tar.gz"
_SUMS = f"pulumi-{locate.ENGINE}-checksums.txt"


class _Site(http.server.BaseHTTPRequestHandler):
    files: dict[str, bytes]

    def do_GET(self) -> None:
        """Serves a file by its last name."""
        body = self.files.get(self.path.rpartition("/")[2])
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Says nothing."""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The address of a download site and its files, for a machine with an empty cache."""
    monkeypatch.setenv("GENAIKEYS_CACHE", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    class _OneSite(_Site):
        files: dict[str, bytes] = {}  # noqa: RUF012 - one class a test

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _OneSite)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", _OneSite.files
    server.shutdown()
    server.server_close()


def _archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name)
            tar.addfile(member, io.BytesIO(name.encode()))
    return packed.getvalue()


def test_fetch_unpacks_a_release_whose_checksum_is_right(site: tuple[str, dict[str, bytes]]) -> None:
    """The programs end in one flat folder, executable, wherever the archive would have put them."""
    address, files = site
    files[_ARCHIVE] = _archive("pulumi/pulumi", "pulumi/pulumi-language-python", "../../outside")
    files[_SUMS] = f"{'0' * 64}  other\n{hashlib.sha256(files[_ARCHIVE]).hexdigest()}  {_ARCHIVE}\n".encode()

    folder = release.fetch(address, address)

    assert folder == locate.release_folder()
    assert sorted(path.name for path in folder.iterdir()) == ["outside", "pulumi", "pulumi-language-python"]
    assert (folder / "pulumi").stat().st_mode & 0o777 == 0o755
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_fetch_refuses_a_wrong_checksum(site: tuple[str, dict[str, bytes]]) -> None:
    """An archive that isn't what the release page says is not unpacked, and the error names both sums."""
    address, files = site
    files[_ARCHIVE] = _archive("pulumi/pulumi")
    files[_SUMS] = f"{'0' * 64}  {_ARCHIVE}\n".encode()
    found = hashlib.sha256(files[_ARCHIVE]).hexdigest()

    with pytest.raises(release.NoReleaseError) as caught:
        release.fetch(address, address)

    assert str(caught.value) == (
        f"{address}/{_ARCHIVE} has SHA-256 {found}, but the release page says {'0' * 64}"
    )
    assert list(locate.cache_folder().iterdir()) == []


@pytest.mark.parametrize(
    ("sums", "message"),
    [
        pytest.param(None, f"{{}}/{_SUMS} answers 404", id="no such release"),
        pytest.param(b"", f"{{}}/{_SUMS} lists no {_ARCHIVE}", id="no such machine"),
        pytest.param(f"{'0' * 64}  {_ARCHIVE}".encode(), f"{{}}/{_ARCHIVE} answers 404", id="no archive"),
    ],
)
def test_error_when_the_site_lacks_the_release(
    site: tuple[str, dict[str, bytes]], sums: bytes | None, message: str
) -> None:
    """What is missing is named with its address."""
    address, files = site
    if sums is not None:
        files[_SUMS] = sums

    with pytest.raises(release.NoReleaseError) as caught:
        release.fetch(address, address)

    assert str(caught.value) == message.format(address)


def test_error_when_nothing_listens(site: tuple[str, dict[str, bytes]]) -> None:
    """An unreachable site is an answer too, not a traceback."""
    nobody = "http://127.0.0.1:9"

    with pytest.raises(release.NoReleaseError) as caught:
        release.fetch(nobody, nobody)

    assert str(caught.value) == f"{nobody}/{_SUMS} can't be reached ([Errno 111] Connection refused)"
