"""The rule file in the real gitleaks, beside the kit: the table of docs/scan.md."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from genaikeys.scan.run import scan
from tests.local import CHECKOUT
from tests.scan.made import PACKED, SPELLINGS, UNSEEN, value, write
from tests.scan.program import gitleaks
from tests.scan.test_shape import NO_SECRETS, RULE_FILE, SECRETS

pytestmark = pytest.mark.slow

PAGE = CHECKOUT / "docs" / "scan.md"
RULE = "oci-generative-ai-api-key"
ONLY_OURS = ("--config", str(RULE_FILE), "--enable-rule", RULE)
Table = Mapping[str, tuple[str, str]]


def _cases() -> Iterator[tuple[str, str, bytes]]:
    """Every text of the test set, made anew: its name in the table, its file's ending, its content.

    No word stands beside the secret that would give it away.
    """
    for name, spell in {**SPELLINGS, **UNSEEN}.items():
        yield f"spelling: {name}", ".txt", b"see " + spell(value()) + b"\n"
    for name, (ending, pack) in PACKED.items():
        yield f"packed: {name}", ending.partition("!")[0], pack(f"see {value()}\n".encode())
    for name, make in SECRETS.items():
        yield f"secret: {name}", ".txt", f"see {make()[0]}\n".encode()
    for name, make_none in NO_SECRETS.items():
        yield f"none: {name}", ".txt", f"see {make_none()}\n".encode()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """What the kit says of each case, and whether the rule finds it in gitleaks."""
    folder = tmp_path_factory.mktemp("cases")
    names = {}
    for number, (name, ending, content) in enumerate(_cases()):
        write(folder / f"{number:03}{ending}", content)
        names[f"{number:03}{ending}"] = name
    by_rule = _leaks(folder, *ONLY_OURS)
    kinds: dict[str, str] = {}
    for each in scan([folder], {}).findings:
        kinds[Path(each.place.partition("!")[0]).name] = str(each.kind)
    return {name: (kinds.get(file, "-"), "yes" if file in by_rule else "-") for file, name in names.items()}


def _leaks(folder: Path, *arguments: str) -> set[str]:
    """Files in which gitleaks finds something; it goes as deep into archives as the kit."""
    report = folder.parent / "report.json"
    done = subprocess.run(
        [
            *(str(gitleaks()), "dir", "--no-banner", "--log-level=error", "--redact", "--exit-code=0"),
            *("--max-archive-depth=2", "--report-format=json", f"--report-path={report}", *arguments),
            str(folder),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    leaks = json.loads(report.read_text(encoding="utf-8"))
    return {Path(leak["File"].partition("!")[0]).name for leak in leaks}


def test_table_of_the_page_is_what_was_found(table: Table) -> None:
    """Each row, by the kit, and by the rule in gitleaks."""
    rows = re.findall(
        r"^\| ((?:spelling|packed|secret|none): .*?) \| (.*?) \| (.*?) \|$",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    wanted = "\n".join(f"| {name} | {' | '.join(cells)} |" for name, cells in table.items())

    assert {name: (kit, rule) for name, kit, rule in rows} == table, f"the page should say:\n{wanted}"


def test_the_rule_counts_what_the_kit_counts(table: Table) -> None:
    """In plain text both say the same, in every case."""
    plain = {name: row for name, row in table.items() if name.startswith(("secret: ", "none: "))}

    assert {name for name, (kit, _) in plain.items() if kit == "shape"} == {
        name for name, (_, rule) in plain.items() if rule == "yes"
    }


def test_gitleaks_alone_passes_a_secret_of_oci(tmp_path: Path) -> None:
    """Its own rules know OpenAI's infix, and words such as "key" beside it; so the rule file is needed."""
    write(tmp_path / "cases" / "a.txt", f"see {value()}\n".encode())

    assert _leaks(tmp_path / "cases") == set()
    assert _leaks(tmp_path / "cases", "--config", str(RULE_FILE)) == {"a.txt"}


def test_this_repository_passes_the_rule() -> None:
    """Tree and history of the checkout, with gitleaks itself."""
    done = subprocess.run(
        [str(gitleaks()), "git", "--no-banner", "--log-level=error", "--redact", *ONLY_OURS, str(CHECKOUT)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
