"""The log for code scanning: of the format, at the right lines, and no louder than the verdict."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from genaikeys.access.model import Difference, Source, Verdict
from genaikeys.access.sarif import log
from tests.access import samples

VALIDATOR = Path(__file__).parent / "validator"


class _Part(BaseModel):
    """A part of a log as the specification has it; what it doesn't know is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class _Message(_Part):
    text: str = Field(min_length=1)


class _Configuration(_Part):
    level: Literal["none", "note", "warning", "error"]


class _Rule(_Part):
    id: str
    name: str = Field(pattern=r"^([A-Z][a-z]+)+$")
    short_description: _Message
    full_description: _Message
    help: _Message
    default_configuration: _Configuration
    properties: dict[str, Any]


class _Driver(_Part):
    name: str
    semantic_version: str = Field(pattern=r"^\d+\.\d+\.\d+")
    rules: list[_Rule]


class _Tool(_Part):
    driver: _Driver


class _Region(_Part):
    start_line: int = Field(ge=1)


class _Artifact(_Part):
    uri: str = Field(pattern=r"^[A-Za-z0-9_.~/:%-]+$")


class _Physical(_Part):
    artifact_location: _Artifact
    region: _Region


class _Location(_Part):
    physical_location: _Physical


class _Result(_Part):
    rule_id: str
    rule_index: int = Field(ge=0)
    level: Literal["note", "warning", "error"]
    message: _Message
    locations: list[_Location] = Field(min_length=1, max_length=1)
    partial_fingerprints: dict[str, str]
    properties: dict[str, Any]


class _Automation(_Part):
    id: str


class _Run(_Part):
    tool: _Tool
    automation_details: _Automation
    results: list[_Result]


class _Log(_Part):
    """SARIF 2.1.0, sections 3.13 to 3.52, as far as our logs use it."""

    version: Literal["2.1.0"]
    schema_: str = Field(alias="$schema", pattern=r"^https://")
    runs: list[_Run] = Field(min_length=1, max_length=1)


def read(differences: list[Difference]) -> list[_Result]:
    """The results of a log that is of the format, each naming its rule."""
    (run,) = _Log.model_validate_json(json.dumps(log(differences))).runs
    rules = run.tool.driver.rules
    assert [rule.id for rule in rules] == ["access-broadens", "access-unknown", "access-narrows"]
    for result in run.results:
        assert rules[result.rule_index].id == result.rule_id
        assert rules[result.rule_index].default_configuration.level == result.level
    return run.results


def places(results: list[_Result]) -> list[tuple[str, str, int]]:
    """Level, file and line of each."""
    found = [(result.level, result.locations[0].physical_location) for result in results]
    return [(level, place.artifact_location.uri, place.region.start_line) for level, place in found]


def test_each_change_stands_at_its_line(tmp_path: Path) -> None:
    """What is new at the line that grants it, what is gone at the line that granted it; the gravest first."""
    differences, _ = samples.changed(tmp_path)
    results = read(differences)
    told = [
        (*place, result.message.text.removeprefix("Stack trial: "))
        for place, result in zip(places(results), results, strict=True)
    ]
    file, old, new = samples.FILE, " (the line is that of main)", "eu-frankfurt-1"
    bot, auditors = "bot can now call", "group Auditors can now read the secret of bot in"
    grok = "xai.grok-4.3"

    assert told == [
        (
            *("error", file, 9),
            f"{bot} {grok} on chat in us-chicago-1; {bot} openai.gpt-oss-120b, {grok} on chat in {new}.",
        ),
        (
            *("error", file, 9),
            f"{auditors} us-chicago-1; {auditors} {new}.",
        ),
        ("note", file, 9, f"old can no longer call openai.gpt-oss-120b on chat in us-chicago-1{old}."),
        ("note", file, 10, f"dynamic-group app can no longer read the secret of bot in us-chicago-1{old}."),
    ]


def test_one_statement_has_one_result() -> None:
    """Whatever it does: the message tells some of it, the properties have all."""
    (difference,), _ = samples.hostile("tame")
    gained = difference.others[0]
    many = replace(
        difference,
        cells=(),
        readers=(),
        others=tuple(
            replace(
                gained, location=f"compartment c{number}", permissions=tuple(f"P{each}" for each in range(9))
            )
            for number in range(8)
        ),
    )
    (result,) = read([many])

    told = "; ".join(
        f"tame gains P0, P1, P2 and 6 more in compartment c{number} under a condition" for number in range(6)
    )
    assert result.message.text == f"Stack tame: {told}; and 2 more changes."
    assert [each["location"] for each in result.properties["changes"]] == [
        f"compartment c{number}" for number in range(8)
    ]


@pytest.mark.parametrize(
    ("gained", "statement", "old"),
    [
        (True, "allow it", False),
        (False, "allow it", True),
        (True, "deny it", True),
        (False, "deny it", False),
    ],
)
def test_line_of_a_statement_that_is_gone_is_the_old_one(statement: str, *, gained: bool, old: bool) -> None:
    """An allow that is gone takes, and a deny that is gone gives."""
    (difference,), _ = samples.hostile("tame")
    change = replace(difference.others[0], gained=gained, statement=statement)
    verdict = Verdict.BROADENS if gained else Verdict.NARROWS
    (result,) = read([replace(difference, cells=(), readers=(), others=(change,), verdict=verdict)])

    assert result.message.text.endswith(" (the line is that of tame).") is old


def test_log_of_no_change_is_empty(tmp_path: Path) -> None:
    """A result is an alert."""
    (difference,), _ = samples.changed(tmp_path)

    assert read([]) == []
    assert read([samples.unchanged(difference)]) == []


def test_verdict_without_a_change_has_a_result_of_its_own(tmp_path: Path) -> None:
    """Such as code that differs: a gate on the log must close as one on the exit code does."""
    (difference,), _ = samples.changed(tmp_path)
    reason = "code that decides what is deployed differs and is not run: __main__.py"
    doubtful = replace(samples.unchanged(difference), verdict=Verdict.UNKNOWN, reasons=(reason,))
    (result,) = read([doubtful])

    assert result.message.text == f"Stack trial: {reason}."
    assert places([result]) == [("warning", samples.FILE, 1)]


def test_results_are_known_again_on_another_line(tmp_path: Path) -> None:
    """Fingerprints differ between changes, and don't hang on lines or on how statements are spelt."""
    (difference,), _ = samples.changed(tmp_path)
    prints = [result.partial_fingerprints["accessChange/v1"] for result in read([difference])]
    moved = replace(
        difference,
        cells=tuple(
            replace(
                each,
                after=each.after
                and replace(each.after, source=Source(file="a.j2", line=99), statement="allow it"),
            )
            for each in difference.cells
        ),
    )

    assert len(set(prints)) == len(prints)
    assert {result.partial_fingerprints["accessChange/v1"] for result in read([moved])} == set(prints)


def test_names_are_neither_placeholders_nor_links() -> None:
    """Braces are doubled and brackets escaped, as the format wants it; paths are references."""
    differences, _ = samples.hostile("{0} [x](y) é #?")
    results = read(differences)

    assert {result.locations[0].physical_location.artifact_location.uri for result in results} == {
        "%7B0%7D%20%5Bx%5D%28y%29%20%C3%A9%20%23%3F"
    }
    for result in results:
        assert not re.search(r"(?<!\{)\{0|(?<!\\)\[", result.message.text)


def test_absolute_path_is_a_file_address() -> None:
    """Such as that of further statements, which lie anywhere."""
    differences, _ = samples.hostile("/etc/other policies.txt")

    assert places(read(differences))[0][1] == "file:///etc/other%20policies.txt"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "{0} [x](y) é \u202e </script>"], ids=["real", "hostile"])
def test_log_is_valid_by_the_official_schema(name: str, tmp_path: Path) -> None:
    """The validator of the format's authors has one remark: the tool names no home page."""
    differences, _ = samples.hostile(name) if name else samples.changed(tmp_path)

    assert _remarks(log(differences), tmp_path) == [("SARIF2005", "runs[0].tool.driver")]


@pytest.mark.slow
def test_validator_sees_what_is_wrong(tmp_path: Path) -> None:
    """So its silence means something."""
    wrong = log(samples.hostile("tame")[0])
    wrong["runs"][0]["results"][0]["line"] = 1

    assert ("JSON1005", "runs[0].results[0].line") in _remarks(wrong, tmp_path)


def _remarks(found: object, folder: Path) -> list[tuple[str, str]]:
    """Rule and place of each error and warning that the validator has."""
    file, told = folder / "access.sarif", folder / "told.sarif"
    file.write_text(json.dumps(found), encoding="utf-8")
    subprocess.run(
        [_validator(), "validate", str(file), "--output", str(told), "--level", "Error;Warning"],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        check=False,
        capture_output=True,
        timeout=120,
    )
    (run,) = json.loads(told.read_bytes())["runs"]
    return [(each["ruleId"], each["message"]["arguments"][0]) for each in run["results"]]


def _validator() -> Path:
    """The program, from the npm package that its lock file names; installed once, outside the checkout."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip("the validator of SARIF is for Linux on x86-64")
    if shutil.which("npm") is None:
        pytest.skip("there is no npm to get the validator of SARIF with")
    digest = sha256((VALIDATOR / "package-lock.json").read_bytes()).hexdigest()[:12]
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = Path(os.environ.get("GENAIKEYS_CACHE") or user / "genaikeys")
    folder = cache / "environments" / f"sarif-{digest}"
    program = folder / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    if not os.access(program, os.X_OK):
        fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
        shutil.copytree(VALIDATOR, fresh)
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=fresh,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if done.returncode:
            shutil.rmtree(fresh)
            pytest.skip(f"npm can't get the validator of SARIF: {done.stderr.strip()[-300:]}")
        (fresh / program.relative_to(folder)).chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    return program
