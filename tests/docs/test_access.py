"""What docs/access.md prints is what the commands print."""

import re
import shlex
from pathlib import Path

import pytest

from genaikeys.cli import home, main
from tests.access.project import STACK, Project
from tests.local import CHECKOUT

PAGE = (CHECKOUT / "docs" / "access.md").read_text(encoding="utf-8")
STACKS_FILE = "stacks/Pulumi.trial.yaml"


def blocks(language: str) -> list[str]:
    """The page's blocks of one language, in order."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project that the page speaks of, in place of the checkout."""
    made = Project(tmp_path / "project")
    monkeypatch.setattr(home, "project_root", lambda: made.root)
    monkeypatch.chdir(made.root)
    return made


def add_model(project: Project) -> None:
    """Make the change that the page speaks of."""
    project.edit(STACKS_FILE, "models: [openai.gpt-oss-120b]", "models: [openai.gpt-oss-120b, xai.grok-4.3]")


def test_examples_print_what_the_page_says(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command of the examples, in order, with all that it prints."""
    assert blocks("yaml")[0] == STACK
    examples = blocks("console")
    assert len(examples) == 3
    for example in examples:
        first, _, printed = example.partition("\n")
        program, *words = shlex.split(first.removeprefix("$ "))
        assert program == "genaikeys"
        if words[:2] == ["access", "diff"]:
            add_model(project)
        main(words)
        assert capsys.readouterr().out == printed
