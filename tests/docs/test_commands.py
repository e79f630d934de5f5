"""Every command that the documentation prints is run."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.switches import SWITCHES
from tests.local import CHECKOUT, DIVERTING

PAGES = sorted(
    page.relative_to(CHECKOUT)
    for page in (*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"))
    if "```sh\n" in page.read_text(encoding="utf-8")
)
_FENCE = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_BY_OTHERS = {
    "make test": "what runs this test",
    "make up STACK=dev": "tests/engine/test_tenancy_stacks.py runs it, with the placeholder filled in",
    "make check": "a part of what runs this test",
    "make bench": "its parts are run by the tests of the benchmarks",
    "make lock": "it would change the checkout",
    "genaikeys init": "tests/cli/test_init.py runs it, in a project of its own",
    "make apply STACK=local": "tests/engine/test_night.py runs it on a smaller stack",
    "make night STACK=local": "the same",
    "genaikeys ci issue local": "tests/forge runs it",
    "genaikeys access diff": "tests/cli/test_access.py runs it; here its exit code hangs on what was changed",
}
"""Commands that no test can run from inside itself, and why."""
_LIMIT = 500


def _script(page: Path) -> str:
    """The commands of a page, in order, without those that are run elsewhere."""
    lines = "".join(_FENCE.findall((CHECKOUT / page).read_text(encoding="utf-8"))).splitlines()
    kept = [line for line in lines if not any(re.match(rf"{other}\b", line) for other in _BY_OTHERS)]
    return "\n".join(kept)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of somebody with a home of their own, who has just made the virtual environment."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not any(part in name.upper() for part in DIVERTING)
    }
    found = {
        **kept,
        "GENAIKEYS_LOCAL_HOME": str(tmp_path / "home"),
        "PATH": f"{CHECKOUT / '.venv' / 'bin'}:{os.environ['PATH']}",
    }
    yield found
    subprocess.run(["genaikeys", "local", "down", "--remove"], env=found, cwd=CHECKOUT, check=True)


@pytest.mark.engine
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_commands_of_the_page_work(page: Path, environment: dict[str, str]) -> None:
    """Run in one shell, in the order of the page, each command succeeds."""
    done = subprocess.run(
        ["sh", "-e", "-c", _script(page)],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    """What CI runs is the command that the README gives."""
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")

    assert "\nmake test " in readme
    assert (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == "exec make test"


def test_page_of_the_local_oci_lists_every_switch() -> None:
    """Name and default of each switch stand in the table of docs/emulator.md, and no other does."""
    page = (CHECKOUT / "docs" / "emulator.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \| (\S+) \|", page, re.MULTILINE)

    assert [(switch.name, str(switch.default)) for switch in SWITCHES.values()] == listed


@pytest.mark.parametrize(
    "page",
    [Path("README.md"), *sorted(page.relative_to(CHECKOUT) for page in CHECKOUT.glob("docs/**/*.md"))],
    ids=str,
)
def test_links_of_the_page_lead_somewhere(page: Path) -> None:
    """Each relative link names a file of the repository."""
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    missing = [
        link
        for link in re.findall(r"\]\(([^)#]+)\)", text)
        if "://" not in link and not (CHECKOUT / page.parent / link).exists()
    ]

    assert missing == []
