"""Tables that somebody edited: what is wrong is told by table, row and field."""

from importlib.resources import files

import pytest

from genaikeys import catalogue
from genaikeys.catalogue import CatalogueError

TABLES = {name: (files("genaikeys.catalogue") / name).read_text("utf-8") for name in catalogue.FILES}
GPT = "models.yaml: openai.gpt-oss-120b: "
BROKEN: dict[str, tuple[str, str, str, str]] = {
    "no source": (
        "models.yaml",
        "    rule: P1\n    source:",
        "    rule: P1\n    note:",
        f"{GPT}source: absent, and required",
    ),
    "an empty source": (
        "sets.yaml",
        "source: \"Oracle: Generative AI, xAI models\"",
        "source: \"\"",
        "sets.yaml: grok: source: '': expected text",
    ),
    "no date": (
        "regions.yaml",
        "supported regions\", date: 2026-11-23}",
        "supported regions\"}",
        "regions.yaml: us-ashburn-1: date: absent, and required",
    ),
    "a date that is none": (
        "models.yaml",
        "released: 2025-11-18",
        "released: 2025-11-31",
        f"{GPT}released: '2025-11-31': day is out of range for month",
    ),
    "a context in words": (
        "models.yaml",
        "context: 500000",
        "context: plenty",
        "models.yaml: xai.grok-4.7: context: 'plenty': expected a whole number from 1",
    ),
    "a vendor that is a list": (
        "models.yaml", "vendor: openai", "vendor: [openai]", f"{GPT}vendor: ['openai']: expected text"
    ),
    "a word that nobody knows": (
        "models.yaml", "access: hosted", "access: here", f"{GPT}access: 'here': 'here' is not a valid Access"
    ),
    "a field that nobody knows": (
        "models.yaml", "    rule: P1\n", "    rules: P1\n", f"{GPT}rules: unknown; known: name, vendor, "
    ),
    "a region that nobody knows": (
        "models.yaml",
        "on_demand: [us-chicago-1, ",
        "on_demand: [us-chicgo-1, ",
        f"{GPT}on_demand: us-chicgo-1: no row has that name",
    ),
    "a region twice": (
        "models.yaml",
        "on_demand: [us-chicago-1, ",
        "on_demand: [us-chicago-1, us-chicago-1, ",
        f"{GPT}on_demand: ['us-chicago-1', 'us-chicago-1', ",
    ),
    "a member that nobody knows": (
        "sets.yaml",
        "[openai.gpt-oss-120b, openai.gpt-oss-20b],",
        "[openai.gpt-oss-120b, openai.gpt-oss-2b],",
        "sets.yaml: gpt-oss: members: openai.gpt-oss-2b: no row has that name",
    ),
    "homes of no date": (
        "regions.yaml",
        "  date: 2026-11-23\n  identifiers:",
        "  date: lately\n  identifiers:",
        "regions.yaml: home_regions: Invalid isoformat string: 'lately'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_error_when_a_table_is_broken(name: str) -> None:
    """Nothing is taken for what it isn't."""
    table, before, after, says = BROKEN[name]
    assert before in TABLES[table]

    with pytest.raises(CatalogueError) as refused:
        catalogue.read({**TABLES, table: TABLES[table].replace(before, after, 1)})

    assert str(refused.value).startswith(says)


@pytest.mark.parametrize(
    ("asked", "pattern"),
    [
        ("openai.gpt-5.1", "openai.gpt-5*"),
        ("openai.gpt-image-1", "openai.gpt-image*"),
        ("deepseek-ai/DeepSeek-V4-Flash", "deepseek*"),
        ("Qwen/Qwen3-Next-80B-A3B", "qwen*"),
        ("mistralai/Mixtral-8x7B", "mistral*"),
        ("nvidia/nemotron-3-ultra", "nvidia*"),
        ("google/medgemma-27b", "google?medgemma*"),
        ("gemma-3-27b", "gemma*"),
        ("microsoft/Phi-4", "microsoft?phi*"),
        ("openai/whisper-large-v3-turbo", "openai?whisper*"),
    ],
)
def test_model_that_is_not_on_demand_is_known_by_its_usual_names(asked: str, pattern: str) -> None:
    """Models to import, and those for Oracle's own use."""
    assert [row.pattern for row in catalogue.load().not_offered if row.covers(asked)] == [pattern]
