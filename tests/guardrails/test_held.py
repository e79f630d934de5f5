"""What stacks are held to: the file as it is, and files that are wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from genaikeys import catalogue
from genaikeys.cli.stacks import names
from genaikeys.durations import ALLOWED
from genaikeys.errors import KitError
from policies.guardrails import held
from policies.guardrails.rules import ALL

CATALOGUE = catalogue.load()
DEFAULT = "default: {production: true, regions: all, rotation: {every: 90d, expiry: 1w}}\n"


def test_stack_without_an_entry_is_held_to_the_strictest() -> None:
    """What nobody thought of counts as production, with every rule mandatory."""
    found = held.read("forgotten", CATALOGUE, ALL)

    assert found.production
    assert {found.level(rule) for rule in ALL} == {"mandatory"}


def test_stacks_of_the_checkout_have_entries() -> None:
    """And `prod` alone is for production."""
    assert [name for name in names() if held.read(name, CATALOGUE, ALL).production] == ["prod"]


def test_entry_is_laid_over_the_default(tmp_path: Path) -> None:
    """Key by key; levels and rotation in themselves, too."""
    file = tmp_path / "stacks.yaml"
    file.write_text(
        "default: {production: true, regions: all, tags: team, rotation: {every: 90d, expiry: 365d},\n"
        "  levels: {tags: advisory, models: advisory}}\n"
        "stacks: {lab: {production: false, regions: [emea, us-chicago-1], rotation: {every: 7d},\n"
        "  levels: {tags: disabled}}}\n"
    )
    found = held.read("lab", CATALOGUE, ALL, file)

    assert not found.production
    assert found.regions == {*CATALOGUE.region_sets["emea"].members, "us-chicago-1"}
    assert (found.every, found.expiry) == (timedelta(days=7), timedelta(days=365))
    assert found.tags == ("team",)
    assert [found.level(rule) for rule in ("tags", "models", "any-user")] == [
        "disabled",
        "advisory",
        "mandatory",
    ]


BROKEN = {
    "nothing": ("", "it takes default and stacks"),
    "another key": (f"{DEFAULT}levels: {{}}", "it takes default and stacks"),
    "no default": ("stacks: {}", "default, or the entry of a stack, is no mapping"),
    "a list of stacks": (f"{DEFAULT}stacks: [lab]", "stacks is no mapping"),
    "an entry that is a list": (
        f"{DEFAULT}stacks: {{lab: [1]}}",
        "default, or the entry of a stack, is no mapping",
    ),
    "an unknown key": (
        f"{DEFAULT}stacks: {{lab: {{prod: true}}}}",
        "for stack lab, prod: Extra inputs are not permitted",
    ),
    "a text for yes": (
        f"{DEFAULT}stacks: {{lab: {{production: 'no'}}}}",
        "for stack lab, production: Input should be a valid boolean",
    ),
    "a level that is none": (
        f"{DEFAULT}stacks: {{lab: {{levels: {{tags: off}}}}}}",
        "levels: tags is 'off'; allowed: advisory, mandatory, disabled",
    ),
    "a rule that is none": (
        f"{DEFAULT}stacks: {{lab: {{levels: {{anyuser: advisory}}}}}}",
        f"levels: there is no rule anyuser; there are {', '.join(sorted(ALL))}",
    ),
    "a duration that is none": (
        f"{DEFAULT}stacks: {{lab: {{rotation: {{every: soon}}}}}}",
        f"for stack lab, rotation.every: 'soon' is not a duration; allowed: {ALLOWED}",
    ),
    "a number for a duration": (
        f"{DEFAULT}stacks: {{lab: {{rotation: {{every: 30}}}}}}",
        f"for stack lab, rotation.every: allowed: {ALLOWED}",
    ),
    "a region that is none": (
        f"{DEFAULT}stacks: {{lab: {{regions: us-chicago}}}}",
        "regions: us-chicago is neither a region of OCI nor a set (all, americas, emea, apac)",
    ),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_file_that_is_wrong_is_refused(text: str, message: str, tmp_path: Path) -> None:
    """A guardrail that can't be read holds nobody, so nothing passes."""
    file = tmp_path / "stacks.yaml"
    file.write_text(text)
    with pytest.raises(KitError) as caught:
        held.read("lab", CATALOGUE, ALL, file)

    assert caught.value.what == f"{file}: {message}."


@pytest.mark.parametrize("text", [b"default: {", b"\xff", None], ids=["no YAML", "no UTF-8", "no file"])
def test_file_that_cannot_be_read_is_refused(text: bytes | None, tmp_path: Path) -> None:
    """The same."""
    file = tmp_path / "stacks.yaml"
    if text is not None:
        file.write_bytes(text)
    with pytest.raises(KitError, match=r"stacks\.yaml can't be read: "):
        held.read("lab", CATALOGUE, ALL, file)
