"""Stack files, and the ways in which there isn't one."""

from itertools import pairwise
from pathlib import Path

import pytest

from genaikeys.errors import KitError
from genaikeys.settings import from_file

ROOT = Path(__file__).parents[2]


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    """An empty project."""
    (tmp_path / "Pulumi.yaml").write_text("name: p\n", "utf-8")
    (tmp_path / "stacks").mkdir()
    return tmp_path / "stacks"


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_stack_of_the_project_is_good(stack: str) -> None:
    """What ships must pass its own checks."""
    settings = from_file(ROOT / "stacks" / f"Pulumi.{stack}.yaml")

    assert (settings.stack, settings.project) == (stack, "oci-genai-keys")


def test_local_stack_covers_the_six_regions_and_leaves_some_out_visibly() -> None:
    """Two compartments; the key-scoped key has no model in Hyderabad, the other one has a key everywhere."""
    settings = from_file(ROOT / "stacks" / "Pulumi.local.yaml")
    regions = {key: {p.region for p in settings.placements() if p.key == key} for key in settings.keys}

    assert regions["lab"] == set(settings.catalogue.region_sets["all"].members)
    assert regions["lab"] - regions["chatbot"] == {"ap-hyderabad-1"}
    assert settings.compartments["genai-apps"].policy_scope == "key"
    assert settings.compartments["genai-lab"].policy_scope == "compartment"
    assert settings.granted("lab") is None
    assert "google.gemini-2.5-flash" in settings.keys["lab"].models
    assert {settings.catalogue.models[model].vendor for model in settings.keys["chatbot"].models} == {
        "meta",
        "openai",
        "xai",
    }


def test_engine_reads_the_same_words_as_the_kit(stacks: Path) -> None:
    """`no` is text to the engine; a key of that name must be the same key for the command line."""
    (stacks / "Pulumi.trial.yaml").write_text(
        "config:\n"
        "  oci:region: us-ashburn-1\n"
        "  p:models: gpt-oss\n"
        "  p:compartments: {no: {}}\n"
        "  p:keys: {yes: {compartment: no}}\n",
        "utf-8",
    )

    assert from_file(stacks / "Pulumi.trial.yaml").keys["yes"].compartment == "no"


def test_error_when_there_is_no_such_stack(stacks: Path) -> None:
    """It names those that exist."""
    (stacks / "Pulumi.dev.yaml").write_text("config: {}", "utf-8")

    with pytest.raises(KitError) as refused:
        from_file(stacks / "Pulumi.prod.yaml")

    assert str(refused.value) == (
        f"There is no {stacks / 'Pulumi.prod.yaml'}.\nStacks here: dev.\nName one of them, or add the file."
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("config: [", "{path}, line 2, column 1: did not find expected node content."),
        ("config: {}\nconfig: {}", "{path}, line 2, column 1: key 'config' given twice."),
        ("config: !!python/name:os.system ''", "{path}, line 1, column 9: could not determine a constructor"),
        ("[1]", "{path} holds no mapping of keys."),
        ("", "{path} holds no mapping of keys."),
        ("config: 5", "{path} has no config."),
        ("config: \x00", "{path}: not YAML: "),
        ("config: !!timestamp soon", "{path}: not YAML: a text doesn't fit the tag that is put on it."),
        ("config: !!int ''", "{path}: not YAML: "),
        ("config: &a {p:keys: *a}", "{path}: nested more than 64 levels deep, or within itself."),
        (
            "a: &a [0,0,0,0,0,0,0,0,0]\n"
            + "".join(
                f"{name}: &{name} [{','.join([f'*{above}'] * 9)}]\n" for above, name in pairwise("abcdefgh")
            ),
            "{path}: more than 200000 values, aliases written out.",
        ),
        ("config: {p:owner: 0x" + "f" * 5000 + "}", "{path}: a number that is too long to be meant."),
        ("a: " + "[" * 200_000, "{path}: nested more than 64 levels deep, or within itself."),
        ("- " * 200_000, "{path}: nested more than 64 levels deep, or within itself."),
        ("config: " + "[" * 3000 + "]" * 3000, "{path}: nested more than 64 levels deep, or within itself."),
    ],
)
def test_error_when_the_file_is_no_stack(stacks: Path, text: str, says: str) -> None:
    """It says where, and runs nothing that stands in the file."""
    path = stacks / "Pulumi.trial.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(KitError) as refused:
        from_file(path)

    assert str(refused.value).startswith(says.format(path=path))


def test_error_when_the_project_has_no_name(stacks: Path) -> None:
    """The project's name is part of every config key."""
    (stacks / "Pulumi.trial.yaml").write_text("config: {}", "utf-8")
    (stacks.parent / "Pulumi.yaml").write_text("runtime: python\n", "utf-8")

    with pytest.raises(KitError) as refused:
        from_file(stacks / "Pulumi.trial.yaml")

    project = stacks.parent / "Pulumi.yaml"
    assert str(refused.value) == f"{project} names no project.\nAdd name: oci-genai-keys."
