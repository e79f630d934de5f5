"""Where a project's Pulumi state lies, as far as that is a folder.

What Pulumi writes there (pulumi/pkg v3, backend/diy): checkpoints in ``stacks``, also packed and as ``.bak``,
those of each update in ``history``, copies in ``backups``, who holds a stack in ``locks``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

__all__ = ["backends", "folders"]

_FOLDERS = ("stacks", "history", "backups", "locks", "logs")
_FILE = "file://"
_PROJECT = ("Pulumi.yaml", "Pulumi.yml")


def backends(tops: Iterable[Path], environ: Mapping[str, str]) -> list[tuple[str, Path]]:
    """Addresses of the backends that Pulumi would use in some folders, and what they are relative to.

    As Pulumi itself does: the environment decides, then the project's own file, then the last login
    (pulumi/pkg v3, cmd/pulumi/backend). A folder in no project has none.
    """
    found: dict[tuple[str, Path], None] = {}
    for top in tops:
        project = _project(top)
        if project is None:
            continue
        url = environ.get("PULUMI_BACKEND_URL") or _own(project) or _login(environ)
        if url:
            base = Path.cwd() if environ.get("PULUMI_BACKEND_URL") else project.parent
            found[url, base] = None
    return list(found)


def folders(url: str, base: Path) -> list[Path] | None:
    """The folders that hold state in a backend; None where the backend is none on this machine.

    Args:
        url: Address of the backend.
        base: What a relative path is relative to.
    """
    if not url.startswith(_FILE):
        return None
    path = unquote(url.removeprefix(_FILE).partition("?")[0])
    top = base / Path(path).expanduser() / ".pulumi"
    return [top / name for name in _FOLDERS if (top / name).is_dir()]


def _project(top: Path) -> Path | None:
    start = top.resolve()
    places = (start, *start.parents) if start.is_dir() else start.parents
    return next((file for place in places for file in _files(place)), None)


def _files(place: Path) -> Iterator[Path]:
    return (place / name for name in _PROJECT if (place / name).is_file())


def _own(project: Path) -> str | None:
    import yaml

    try:
        document = yaml.safe_load(project.read_bytes())
        url = document["backend"]["url"]
    except (OSError, yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError):
        return None
    return url if isinstance(url, str) else None


def _login(environ: Mapping[str, str]) -> str | None:
    home = environ.get("PULUMI_CREDENTIALS_PATH") or environ.get("PULUMI_HOME") or Path.home() / ".pulumi"
    try:
        current = json.loads((Path(home) / "credentials.json").read_bytes())["current"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return current if isinstance(current, str) else None
