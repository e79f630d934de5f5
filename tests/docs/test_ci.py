"""docs/ci.md, held to the workflows that it explains."""

import re

from tests.ci.test_workflows import ENVIRONMENTS, OURS, oci
from tests.local import CHECKOUT

PAGE = (CHECKOUT / "docs" / "ci.md").read_text(encoding="utf-8")
WORKFLOWS = {name: (CHECKOUT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8") for name in OURS}
GITLAB = (CHECKOUT / ".gitlab-ci.yml").read_text("utf-8")


def test_page_names_each_environment() -> None:
    """All that have to be made, and no others."""
    (step,) = re.findall(r"Make the environments (.+?), each with", PAGE)

    assert set(re.findall(r"`([a-z-]+)`", step)) == set(ENVIRONMENTS.values()) - {None}


def test_page_names_each_secret_and_variable() -> None:
    """Whatever the workflows take from the repository or an environment has to be set by somebody."""
    taken = {name for text in WORKFLOWS.values() for name in re.findall(r"(?:secrets|vars)\.([A-Z_]+)", text)}
    runners = {f"GENAIKEYS_RUNNER_{name}" for name in re.findall(r"`_([A-Z]+)`", PAGE)}
    told = set(re.findall(r"`([A-Z_]+)`", PAGE)) | runners

    assert taken - told == set()


def test_page_names_each_workflow_and_specification() -> None:
    """Those of GitHub in one word, those of OCI DevOps one by one."""
    assert f"`.github/workflows/{{{','.join(OURS)}}}.yml`" in PAGE
    assert all(f"`{name}.yaml`" in PAGE for name in oci())


def test_page_names_each_identity() -> None:
    """With the file of its statements."""
    files = sorted(path.name for path in (CHECKOUT / "ci" / "iam").iterdir())

    assert sorted(re.findall(r"\(\.\./ci/iam/(.+?)\)", PAGE)) == files


def test_page_says_how_gitlab_is_told_an_emergency() -> None:
    """The variables that its job takes."""
    (line,) = [each for each in PAGE.splitlines() if "An emergency is *Run pipeline*" in each]

    assert re.findall(r"`([A-Z]+)`", line) == ["VERB", "STACK", "KEY", "REGION"]
    assert all(f"${name}" in GITLAB for name in ("VERB", "STACK", "KEY"))
