"""A wheel of the working tree, and environments of other projects that have it."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

from tests.local import CHECKOUT

_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")


def tracked() -> list[Path]:
    """The files that a commit of the working tree would have, relative to the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(name) for name in listed.stdout.split("\0") if name and (CHECKOUT / name).is_file()]


def sources(folder: Path) -> Path:
    """Copies them, because a build leaves files beside its sources and would take up older ones."""
    for name in tracked():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((CHECKOUT / name).read_bytes())
        target.chmod((CHECKOUT / name).stat().st_mode)
    return folder


def wheel(folder: Path) -> Path:
    """Builds the wheel, with the build tools of this environment: no index is asked."""
    command = (*_PIP, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder)
    subprocess.run([*command, sources(folder / "sources")], check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def environment(folder: Path, wheel: Path) -> Path:
    """Makes a virtual environment with nothing but the wheel; what it depends on comes from ours.

    A folder that a `.pth` file names is searched, but its own `.pth` files aren't: so the checkout, which
    stands in one of ours, is out of reach.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    own = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    install = ("install", "--quiet", "--no-deps", "--no-index", wheel)
    subprocess.run([*_PIP, "--python", python, *install], check=True, capture_output=True)
    return folder


def held(wheel: Path) -> dict[str, tuple[bytes, bool]]:
    """Content of each file of a wheel, and whether it may be executed."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            each.filename: (archive.read(each), bool(each.external_attr >> 16 & 0o100))
            for each in archive.infolist()
            if not each.is_dir()
        }
