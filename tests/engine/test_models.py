"""A model that retires, through the real engine."""

import datetime
import re

from tests.engine.machine import Machine


def _retires(machine: Machine, days: int) -> str:
    """Let gpt-oss-20b retire so many days from now, in this project's copy of the catalogue; the day."""
    day = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)).date().isoformat()
    table = machine.project / "genaikeys" / "catalogue" / "models.yaml"
    row = "  openai.gpt-oss-20b:\n    vendor: openai\n"
    text = re.sub(r"    retired: .*\n    replacements: .*\n", "", table.read_text("utf-8"))
    assert row in text
    fields = f"{row}    retired: {day}\n    replacements: [openai.gpt-oss-120b]\n"
    table.write_text(text.replace(row, fields), encoding="utf-8")
    return day


def test_preview_warns_of_a_model_that_retires_and_then_refuses_it(small: Machine) -> None:
    """Ten days before, each preview says so and what to move to; on the day it stops, before any call."""
    day = _retires(small, 10)
    warned = small.pulumi("preview")
    _retires(small, 0)
    refused = small.pulumi("preview")

    says = f"openai.gpt-oss-20b retires on demand on {day}, in 10 days; in its place, openai.gpt-oss-120b"
    assert warned.code == 0
    assert says in warned.said
    assert refused.code != 0
    assert "openai.gpt-oss-20b retired on demand on" in refused.said
    assert "in its place, openai.gpt-oss-120b" in refused.said
