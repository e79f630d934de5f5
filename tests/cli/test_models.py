"""`genaikeys models`, as a person runs it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import typer

from genaikeys.cli import main
from genaikeys.cli.text_options import TextOptions
from tests.cli.conftest import ran
from tests.local import CHECKOUT

STACK = """\
config:
  oci:region: us-ashburn-1
  oci-genai-keys:models: [xai.grok-3, meta.llama-3.3-70b-instruct] # both
  oci-genai-keys:compartments: {apps: {}}
  oci-genai-keys:keys:
    chatbot: {compartment: apps}
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A project whose stack names a retired model; the command takes it for its own."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_bytes((CHECKOUT / "Pulumi.yaml").read_bytes())
    (tmp_path / "stacks" / "Pulumi.trial.yaml").write_text(STACK)
    with mock.patch("genaikeys.cli.home.project_root", return_value=tmp_path):
        yield tmp_path


def test_list_shows_each_model_with_its_regions(capsys: pytest.CaptureFixture[str]) -> None:
    """Regions by their keys, a doubtful one with a question mark."""
    assert main(["models", "list", "--set", "llama"]) == 0
    assert capsys.readouterr().out == (
        "MODEL                                        VENDOR  RUNS    CHAT  RESPONSES  API KEY  "
        "ON DEMAND                 RETIRES\n"
        "meta.llama-3.3-70b-instruct                  meta    in OCI  yes   no         yes      "
        "ORD PHX? FRA KIX GRU LHR  -\n"
        "meta.llama-4-maverick-17b-128e-instruct-fp8  meta    in OCI  yes   no         yes      "
        "ORD                       -\n"
        "meta.llama-4-scout-17b-16e-instruct          meta    in OCI  yes   no         yes      "
        "ORD                       -\n"
    )


def test_list_answers_without_what_takes_long_to_import() -> None:
    """The options would be converted with pydantic; a text needs none."""
    program = (
        "import sys; from genaikeys.cli import main\n"
        "assert main(['models', 'list', '--set', 'llama', '--json']) == 0\n"
        "sys.exit(', '.join({'pydantic', 'oci', 'pulumi', 'rich', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (1, "\n")  # an empty text: none of them


def test_option_that_is_no_text_is_refused_where_texts_are_taken_as_typed() -> None:
    """By whoever adds it: what was typed would reach the verb as it is."""
    app = typer.Typer()

    @app.command(cls=TextOptions)
    def count(number: int = 1) -> None:
        raise AssertionError(number)

    with pytest.raises(TypeError, match=r"^number is neither a text nor a flag$"):
        app([], standalone_mode=False)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--region", "ap-hyderabad-1"], ["google.gemini-2.5-flash", "cohere.command-a-03-2025"]),
        (
            ["--region", "us-chicago-1", "--api", "responses", "--set", "hosted-only"],
            ["openai.gpt-oss-120b", "openai.gpt-oss-20b"],
        ),
        (
            ["--vendor", "google", "--region", "ap-osaka-1"],
            ["google.gemini-2.5-pro", "google.gemini-2.5-flash"],
        ),
    ],
    ids=["region", "region, API and set", "vendor and region"],
)
def test_filters_are_all_met(
    options: list[str], names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is left fits each of them."""
    assert main(["models", "list", "--json", *options]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)["models"]] == names


def test_retired_models_are_listed_where_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """With the day since when."""
    assert main(["models", "list", "--vendor", "xai"]) == 0
    assert "xai.grok-4 " not in capsys.readouterr().out
    assert main(["models", "list", "--vendor", "xai", "--retired"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("xai.grok-4 "))
    assert " ".join(line.split()) == "xai.grok-4 xai at xai yes yes yes IAD? ORD PHX? since 2026-08-15"


def test_picture_shows_models_by_regions(capsys: pytest.CaptureFixture[str]) -> None:
    """Short names in a terminal, whole ones in Markdown; the legend is talk in the one, text in the other."""
    legend = "yes: on demand; ?: maybe, no source says so for certain; ded.: on dedicated clusters only.\n"
    assert main(["models", "list", "--set", "gemini", "--format", "picture"]) == 0
    shown = capsys.readouterr()
    assert shown.err == legend
    assert shown.out == (
        "MODEL                         IAD  ORD  PHX  FRA  HYD  KIX\n"
        "google.gemini-2.5-pro         yes  yes  yes  yes  -    yes\n"
        "google.gemini-2.5-flash       yes  yes  yes  yes  yes  yes\n"
        "google.gemini-2.5-flash-lite  yes  yes  yes  yes  -    -\n"
    )
    assert main(["models", "list", "--set", "gemini", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == (
        "| MODEL | us-ashburn-1 | us-chicago-1 | us-phoenix-1 | eu-frankfurt-1 | ap-hyderabad-1 | "
        "ap-osaka-1 |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| `google.gemini-2.5-pro` | yes | yes | yes | yes | - | yes |\n"
        "| `google.gemini-2.5-flash` | yes | yes | yes | yes | yes | yes |\n"
        "| `google.gemini-2.5-flash-lite` | yes | yes | yes | yes | - | - |\n"
        f"\n{legend}"
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            ["--vendor", "meat"],
            (
                "meat is no vendor of the catalogue\nAllowed: openai, meta, xai, google, cohere.\n"
                "Did you mean meta?\n"
            ),
        ),
        (
            ["--api", "embeddings"],
            "embeddings is no API of the catalogue\nAllowed: chat, responses.\n",
        ),
        (
            ["--set", "lama"],
            (
                "lama is no set of the catalogue\nAllowed: gpt-oss, llama, grok, gemini, responses-capable, "
                "hosted-only.\nDid you mean llama?\n"
            ),
        ),
        (
            ["--format", "pictures"],
            "pictures is no format\nAllowed: table, picture, markdown.\nDid you mean picture?\n",
        ),
        (
            ["--region", "ORD"],
            (
                "ORD is no region of the catalogue\nAllowed: us-ashburn-1, us-chicago-1, us-phoenix-1, "
                "eu-frankfurt-1, ap-hyderabad-1, ap-osaka-1, sa-saopaulo-1, uk-london-1, me-riyadh-1, "
                "me-dubai-1, me-abudhabi-1, uk-gov-london-1, eu-frankfurt-2.\nDid you mean us-chicago-1?\n"
            ),
        ),
    ],
    ids=["vendor", "API", "set", "region", "format"],
)
def test_error_when_a_filter_names_what_nobody_knows(
    options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is allowed, and what was probably meant."""
    assert main(["models", "list", *options]) == 1
    assert capsys.readouterr().err == says


def test_check_proposes_the_edit_of_a_stack(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2; the talk says why, and standard output is the diff alone."""
    assert main(["models", "check"]) == 2
    shown = capsys.readouterr()
    assert shown.err == (
        "trial: oci-genai-keys:models[0]: xai.grok-3 retired on 2026-08-15; in its place: xai.grok-4.3, "
        "xai.grok-4.20-reasoning, xai.grok-4.20-non-reasoning, xai.grok-4.20-multi-agent, xai.grok-4.7, "
        "xai.grok-4.6\n"
    )
    assert shown.out == (
        "--- a/stacks/Pulumi.trial.yaml\n"
        "+++ b/stacks/Pulumi.trial.yaml\n"
        "@@ -2,3 +2,3 @@\n"
        "   oci:region: us-ashburn-1\n"
        "-  oci-genai-keys:models: [xai.grok-3, meta.llama-3.3-70b-instruct] # both\n"
        "+  oci-genai-keys:models: [xai.grok-4.3, meta.llama-3.3-70b-instruct] # both\n"
        "   oci-genai-keys:compartments: {apps: {}}\n"
    )


def test_edit_of_a_check_can_be_applied(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After `git apply`, there is nothing more to do."""
    main(["models", "check", "trial"])
    diff = capsys.readouterr().out
    subprocess.run(["git", "apply", "-"], input=diff, text=True, cwd=project, check=True)

    assert main(["models", "check", "trial"]) == 0
    assert capsys.readouterr().err == "No model of trial retires within 30d.\n"


def test_check_prints_json_for_machines(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as data."""
    assert main(["models", "check", "trial", "--json", "--within", "7d"]) == 2
    found = json.loads(capsys.readouterr().out)["stacks"]["trial"]
    assert found["edit"].startswith("--- a/stacks/Pulumi.trial.yaml\n")
    assert [
        (row["path"], row["model"], row["set"], row["retires"], row["successors"][0])
        for row in found["retirements"]
    ] == [("oci-genai-keys:models[0]", "xai.grok-3", None, "2026-08-15", "xai.grok-4.3")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nope"], "There is no stack 'nope': {stacks}/Pulumi.nope.yaml is missing.\nKnown stacks: trial.\n"),
        (
            ["--within", "a month"],
            (
                "--within: 'a month' is not a duration; allowed: a number and a unit of w, d, h, m, s, such "
                "as 30d, 12h or 15s, or ISO 8601, such as P30D or PT15S\n"
            ),
        ),
    ],
    ids=["stack", "within"],
)
def test_error_when_a_check_is_asked_for_the_impossible(
    arguments: list[str], says: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One message, exit code 1."""
    assert main(["models", "check", *arguments]) == 1
    assert capsys.readouterr().err == says.format(stacks=project / "stacks")


def test_error_when_a_stack_file_is_no_yaml(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line is named."""
    file = project / "stacks" / "Pulumi.trial.yaml"
    file.write_text("config: [\n")

    assert main(["models", "check"]) == 1
    assert capsys.readouterr().err.startswith(f"{file}, line 2, column 1:")


@pytest.mark.slow
def test_refresh_brings_a_table_up_to_date(home: Path, tmp_path: Path) -> None:
    """What changes is printed and written; asked again, nothing changes, and a check says so, too."""
    table = tmp_path / "models.yaml"
    shipped = CHECKOUT / "genaikeys" / "catalogue" / "models.yaml"
    table.write_bytes(shipped.read_bytes())

    checked = ran(home, "models", "refresh", "--check")
    written = ran(home, "models", "refresh", "--file", str(table))
    again = ran(home, "models", "refresh", "--file", str(table))

    assert (checked.returncode, written.returncode, again.returncode) == (2, 0, 0)
    assert checked.stdout == written.stdout
    assert "xai.grok-4: replacements: +xai.grok-4.3, +xai.grok-4.20-reasoning\n" in written.stdout
    assert written.stderr.splitlines()[-1] == f"Wrote {table}. Look at the diff, and commit it."
    assert (again.stdout, again.stderr.splitlines()[-1]) == ("", "The table is up to date.")
    kept = [line for line in shipped.read_text().splitlines() if "note:" in line or line.startswith("#")]
    assert [
        line for line in table.read_text().splitlines() if "note:" in line or line.startswith("#")
    ] == kept


@pytest.mark.slow
def test_refresh_keeps_the_local_oci_out_of_the_catalogue(home: Path) -> None:
    """Its models are made up in part."""
    refused = ran(home, "models", "refresh")

    assert refused.returncode == 1
    assert refused.stderr == (
        "The local OCI's models are made up in part, and don't belong into the catalogue\n"
        "Where sources leave something open, it decides one way, so that both can be tried.\n"
        "Look only (--check), write into a copy (--file FILE), or name a stack of a tenancy (--stack).\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# Models\n", "{file} is no table of models: a table lacks what it must have: 'NoneType' object is"),
        (
            "models:\n  a: {{vendor: [x]}}\n",
            "{file} is no table of models: models.yaml: a: access, api_key, ",
        ),
        ("models: [\n", "{file} is no table of models: models.yaml, line 2, column 1: "),
    ],
    ids=["text", "a row that lacks", "no YAML"],
)
def test_error_when_the_table_is_none(home: Path, tmp_path: Path, text: str, says: str) -> None:
    """Before anything is asked."""
    file = tmp_path / "models.yaml"
    file.write_text(text.format())

    refused = ran(home, "models", "refresh", "--file", str(file))

    assert refused.returncode == 1
    assert refused.stderr.startswith(says.format(file=file))
    assert refused.stderr.endswith("Correct it, or name another one with --file.\n")


@pytest.mark.slow
def test_error_when_the_table_can_not_be_written(home: Path, tmp_path: Path) -> None:
    """The file is named, and what to do; the table stays as it was."""
    table = tmp_path / "models.yaml"
    before = (CHECKOUT / "genaikeys" / "catalogue" / "models.yaml").read_bytes()
    table.write_bytes(before)
    (tmp_path / "models.new").mkdir()  # where the new one is written first

    refused = ran(home, "models", "refresh", "--file", str(table))

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-2:] == [
        f"{table} can't be written: [Errno 21] Is a directory: '{tmp_path / 'models.new'}'",
        "Name a table that is yours with --file, such as genaikeys/catalogue/models.yaml in your checkout.",
    ]
    assert table.read_bytes() == before
