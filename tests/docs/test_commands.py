"""Every command that the documentation prints is run."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from emulator.switches import SWITCHES
from tests.docs import pages
from tests.docs.pages import Command
from tests.engine.machine import SMALL, project
from tests.local import CHECKOUT, DIVERTING

ELSEWHERE = {
    Path("README.ko.md"): "tests/docs/test_korean.py holds it to the commands of README.md",
    Path("docs/air-gap.md"): "tests/engine/test_air_gap.py runs it, the second half without a network",
    Path("docs/other-programs.md"): "tests/engine/test_other_programs.py runs it, in a project of its own",
    Path("docs/state.md"): "tests/docs/test_state.py runs it, with the placeholders filled in",
}
"""Pages whose commands aren't run here as they stand, and who runs them."""
_EXAMPLES_ELSEWHERE = Path("docs/access.md")
"""Its examples are run by test_access.py, in a project of their own."""
PAGES = sorted(
    page.relative_to(CHECKOUT)
    for page in (*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"))
    if pages.commands(page) and page.relative_to(CHECKOUT) not in ELSEWHERE
)
_SMALL = {
    Path("docs/quick-start.md"): (),
    Path("docs/recover.md"): (),
    Path("docs/rotation.md"): (),
    Path("docs/status.md"): (),
    Path("docs/runbooks.md"): (pytest.mark.full,),
    Path("docs/lost-state.md"): (pytest.mark.full,),
}
"""Pages whose commands are run in a project of their own, with one key in one region, and their marks."""
_TENANCY = Path("docs/quick-start.md")
"""It speaks of a tenancy; here the local OCI stands for it, and a person's yes is given beforehand."""
_BEFORE = Command(
    'genaikeys local up\neval "$(genaikeys local env)"\nexport PULUMI_SKIP_CONFIRMATIONS=true\n'
)
_BY_OTHERS = {
    "make test": "what runs this test",
    "make up STACK=dev": "tests/engine/test_tenancy_stacks.py runs it, with the placeholder filled in",
    "pulumi login": "it would change where this machine's Pulumi keeps its state",
    "make check": "a part of what runs this test",
    "make bench": "its parts are run by the tests of the benchmarks",
    "make lock": "it would change the checkout",
}
"""Commands that no test can run from inside itself, and why."""
_NOT_IN_THE_CHECKOUT = {
    "genaikeys init": "tests/cli/test_init.py runs it, in a project of its own",
    "make apply STACK=local": "tests/engine/test_night.py runs it on a smaller stack",
    "make night STACK=local": "the same",
    "genaikeys ci issue local": "tests/forge runs it",
    "genaikeys access diff": "tests/cli/test_access.py runs it; here its exit code hangs on what was changed",
}
"""Commands that are run only where a page has a project of its own."""
_LIMIT = 500


def _told(page: Path) -> list[Command]:
    """The commands of a page, without those that are run elsewhere."""
    others = [*_BY_OTHERS, *(_NOT_IN_THE_CHECKOUT if page not in _SMALL else ())]
    told = [
        each
        for each in pages.commands(CHECKOUT / page)
        if each.printed is None or page != _EXAMPLES_ELSEWHERE
    ]
    return [
        *([_BEFORE] if page == _TENANCY else []),
        # What a page says of its output, it also gets to run.
        *(each if each.printed is not None else Command(_without(others, each.text)) for each in told),
    ]


def _without(others: Sequence[str], text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not any(re.match(rf"{other}\b", line) for other in others))


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


def _folder(page: Path, folder: Path, environment: dict[str, str]) -> Path:
    """Where the commands of a page are run: the checkout, or a copy of it with a small stack `local`."""
    if page not in _SMALL:
        return CHECKOUT
    project(folder, "local", SMALL)
    for file in ("Makefile", "requirements.txt"):
        shutil.copy2(CHECKOUT / file, folder / file)
    environment["PYTHONPATH"] = str(folder)  # before the checkout, which is installed
    return folder


@pytest.mark.engine
@pytest.mark.parametrize("page", [pytest.param(page, marks=_SMALL.get(page, ())) for page in PAGES], ids=str)
def test_commands_of_the_page_work(page: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """Run in one shell, in the order of the page, each command succeeds and prints what the page says."""
    told = _told(page)
    folder = _folder(page, tmp_path / "project", environment)
    done = subprocess.run(
        ["sh", "-e", "-c", pages.script(told)],
        cwd=folder,
        env={**environment, "PYTHONUNBUFFERED": "1"},  # else the two streams come in another order
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    for at, each in enumerate(told):
        if each.printed is not None:
            actual = pages.spoken(done.stdout, at)
            assert pages.as_printed(each.printed, actual), f"{each.text}printed\n{actual}"


@pytest.mark.parametrize("page", ELSEWHERE, ids=str)
def test_page_that_is_not_run_here_is_run_elsewhere(page: Path) -> None:
    """The test that is said to run its commands is about that page."""
    test = CHECKOUT / ELSEWHERE[page].partition(" ")[0]

    assert f'"{page.name}"' in test.read_text(encoding="utf-8")


def test_runbooks_show_the_stack_that_they_are_run_with() -> None:
    """Letter by letter, so that somebody can try them."""
    assert f"```yaml\n{SMALL}```\n" in (CHECKOUT / "docs" / "runbooks.md").read_text(encoding="utf-8")


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
