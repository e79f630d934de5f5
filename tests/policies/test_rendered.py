"""The rendered policies of a stack, and the memory in them."""

import re
from pathlib import Path
from typing import Any

import pytest

from genaikeys import numbering, rendered
from genaikeys.errors import KitError
from genaikeys.policies import access
from tests.settings.test_settings import stack


def many(count: int, **given: Any) -> dict[str, Any]:
    """A stack with so many keys in one region, each with two statements."""
    keys = {f"k{number}": {"compartment": "apps"} for number in range(count)}
    return {"regions": ["us-chicago-1"], "keys": keys, **given}


def test_text_names_what_has_no_ocid_yet() -> None:
    """The whole text of a small stack."""
    text = rendered.text(stack(apis="chat", keys={"bot": {"compartment": "apps", "readers": "group devs"}}))

    models = re.search(r"target\.model\.id in \((.*)\)", text)
    assert models is not None
    assert text == (
        "# What stack trial grants. Written by `genaikeys policy render trial`.\n"
        "# A statement keeps the policy in which it stands here; <names> stand for OCIDs.\n"
        "\n"
        "policy apps-us-chicago-1-access in compartment apps\n"
        "  allow any-user to use generative-ai-chat in compartment apps where ALL "
        "{ request.principal.type='generativeaiapikey', request.principal.id='<key bot in us-chicago-1>', "
        f"target.model.id in ({models[1]}) }}\n"
        "\n"
        "policy apps-us-chicago-1-readers in compartment apps\n"
        "  allow group devs to read secret-bundles in compartment apps "
        "where target.secret.id='<secret bot in us-chicago-1>'\n"
    )


def test_program_reads_the_numbering_from_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that comes first in the stack later moves no statement of the others."""
    monkeypatch.setattr(numbering, "FOLDER", tmp_path)
    numbering.remembered.cache_clear()
    before = stack(**many(30))
    (tmp_path / "trial.txt").write_text(rendered.text(before))
    numbering.remembered.cache_clear()
    keys = {"a-new-one": {"compartment": "apps"}, **many(30)["keys"]}

    after = access(stack(**{**many(30), "keys": keys}), "apps")

    assert [len(plan.rules) for plan in after] == [50, 12]
    first = access(before, "apps")[0]
    assert first.rules == after[0].rules
    assert "a-new-one" in after[1].keys
    numbering.remembered.cache_clear()


def test_error_when_a_path_holds_too_many_statements() -> None:
    """OCI counts every statement from the tenancy down to a compartment."""
    compartments = {"apps": {}, "team": {"parent": "apps"}}
    keys = {f"k{number}": {"compartment": "apps" if number % 2 else "team"} for number in range(252)}

    with pytest.raises(KitError) as refused:
        rendered.text(stack(regions=["us-chicago-1"], compartments=compartments, keys=keys))

    assert str(refused.value) == (
        "Stack trial has 504 statements on the path apps:team\n"
        "OCI allows 500 from the tenancy down to any compartment.\n"
        "Spread the keys over several compartments, or give a compartment `policyScope: compartment`."
    )
