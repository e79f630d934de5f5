"""`genaikeys init`, as a person runs it."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from genaikeys.cli import main
from tests.local import CHECKOUT

WHOLE = [
    *("--home-region", "us-ashburn-1", "--compartment", "apps", "--region", "us-chicago-1"),
    *("--model", "gpt-oss", "--key", "bot"),
]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A project without stacks, which the command takes for its own; nobody sits at a terminal."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_bytes((CHECKOUT / "Pulumi.yaml").read_bytes())
    with (
        Path(os.devnull).open(encoding="utf-8") as nobody,
        mock.patch("genaikeys.cli.home.project_root", return_value=tmp_path),
        mock.patch("sys.stdin", nobody),
    ):
        yield tmp_path


def test_init_writes_a_stack_and_says_what_comes_next(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard output stays empty; the file is one that the other verbs take."""
    assert main(["init", "dev", *WHOLE]) == 0

    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "Wrote stacks/Pulumi.dev.yaml: bot in us-chicago-1.\n"
        "Next: genaikeys policy render dev; commit both files; pulumi stack init dev; "
        "pulumi preview --stack dev.\n"
    )
    assert main(["models", "check", "dev"]) == 0


def test_init_never_overwrites(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is there stays."""
    file = project / "stacks" / "Pulumi.dev.yaml"
    file.write_text("mine")

    assert main(["init", "dev", *WHOLE]) == 1
    assert file.read_text() == "mine"
    assert capsys.readouterr().err == (
        f"{file} exists already, and nothing was written\n"
        "Change it, name another stack, or remove the file first.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["dev", *WHOLE[:4]],
            (
                "There is nobody to ask for --region, --model, --key\nStandard input is no terminal.\n"
                "Give them as options, for example: genaikeys init prod --home-region us-ashburn-1 "
                "--compartment genai-apps --region all --model gpt-oss --key chatbot\n"
            ),
        ),
        (
            ["../dev", *WHOLE],
            (
                "'../dev' is no name for a stack\nAllowed: letters, digits, '-', '_' and '.', at most 100 "
                "characters.\n"
            ),
        ),
        (
            ["dev", *WHOLE, "--region", "us-mars-1", "--scope", "tenancy"],
            (
                "Such a stack has 2 problems, and nothing was written\n"
                "oci-genai-keys:regions[1]: us-mars-1 is neither a region nor a set of regions\n"
                "    allowed: all, americas, emea, apac, us-ashburn-1, us-chicago-1, us-phoenix-1, "
                "eu-frankfurt-1, ap-hyderabad-1, ap-osaka-1, sa-saopaulo-1, uk-london-1, me-riyadh-1, "
                "me-abudhabi-1, "
                "uk-gov-london-1, eu-frankfurt-2\n"
                "    nearest: us-ashburn-1\n"
                "oci-genai-keys:compartments.apps.policyScope: tenancy is not one of the words\n"
                "    allowed: key, compartment\n"
                "Correct the options and run again.\n"
            ),
        ),
        (
            ["dev", *WHOLE, "--compartment", "apps=ocid1.tenant.x"],
            (
                "Such a stack has 1 problem, and nothing was written\n"
                "oci-genai-keys:compartments.apps.id: ocid1.tenant.x has the wrong form\n"
                "    allowed: an OCID that begins with ocid1.compartment. or an OCID that begins with "
                "ocid1.tenancy.\n"
                "Correct the options and run again.\n"
            ),
        ),
    ],
    ids=["options are missing", "a path for a name", "two problems", "an OCID of something else"],
)
def test_error_when_no_stack_can_be_made_of_the_options(
    arguments: list[str], says: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything that is wrong, at once; nothing is written."""
    assert main(["init", *arguments]) == 1
    assert capsys.readouterr().err == says
    assert list((project / "stacks").iterdir()) == []


@pytest.mark.slow
def test_init_asks_at_a_terminal_until_the_answers_make_sense(project: Path) -> None:
    """A wrong answer is told with what is allowed; asked again, what was answered before is offered."""
    program = (
        "import sys; from unittest import mock; from pathlib import Path\n"
        "from genaikeys.cli import main\n"
        f"with mock.patch('genaikeys.cli.home.project_root', return_value=Path({str(project)!r})):\n"
        "    sys.exit(main(sys.argv[1:]))"
    )
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", program, "init", "dev", "--compartment", "apps", "--key", "bot"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    ) as asking:
        os.close(theirs)
        os.write(ours, b"us-ashburn-1\nus-chicago-1\nllamas\n\n\nllama, openai.gpt-oss-20b\n")
        out, err = asking.communicate(timeout=60)
    os.close(ours)

    assert (asking.returncode, out) == (0, ""), err
    assert "oci-genai-keys:models: llamas is neither a model nor a set of models\n" in err
    assert "    nearest: llama\n" in err
    assert "Home region of the tenancy, where identity is written [us-ashburn-1]: " in err
    text = (project / "stacks" / "Pulumi.dev.yaml").read_text()
    assert "  oci-genai-keys:models: [llama, openai.gpt-oss-20b]\n" in text
