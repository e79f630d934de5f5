"""Names against a catalogue that has moved on."""

import datetime
from dataclasses import replace

from genaikeys import catalogue
from genaikeys.settings.names import Names
from genaikeys.settings.problems import Findings

TODAY = datetime.date(2026, 11, 23)


def names(findings: Findings, **model: object) -> Names:
    """Names against today's catalogue with one model changed."""
    rows = catalogue.load()
    changed = replace(rows.models["openai.gpt-oss-20b"], **model)  # type: ignore[arg-type]
    return Names(replace(rows, models={**rows.models, changed.name: changed}), TODAY, findings, {})


def test_set_goes_on_without_a_member_that_retired() -> None:
    """A stack that names a set doesn't break on the day one of its models retires."""
    findings = Findings()
    named = names(findings, retired=TODAY).models(["gpt-oss"], ("p:models",))

    assert named.members == ("openai.gpt-oss-120b",)
    assert findings.problems == []
    assert findings.warnings == [
        "p:models: openai.gpt-oss-20b of the set gpt-oss retired on 2026-11-23; left out"
    ]


def test_model_that_may_have_retired_is_used_with_a_warning() -> None:
    """A source that doesn't name the model is no reason to refuse it."""
    findings = Findings()
    model = names(findings, retired=TODAY, retired_certain=False, note="One source says so.")

    assert model.models(["openai.gpt-oss-20b"], ("p:models",)).members == ("openai.gpt-oss-20b",)
    assert findings.warnings == [
        "p:models: openai.gpt-oss-20b may have retired on 2026-11-23: One source says so."
    ]


def test_replacements_that_oracle_names_come_before_others() -> None:
    """They are what a person should read first."""
    findings = Findings()
    names(findings, retired=TODAY, replacements=("openai.gpt-oss-120b",)).models(
        ["openai.gpt-oss-20b"], ("p:models",)
    )

    (problem,) = findings.problems
    assert problem.allowed == "in its place, openai.gpt-oss-120b"
