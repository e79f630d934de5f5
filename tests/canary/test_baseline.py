"""What the usual recipes leave behind, and that the kit leaves none of it."""

import os
from pathlib import Path

import pytest

from tests.canary import tables
from tests.canary.baseline import APPLIES, VARIANTS, kit, recipe, table
from tests.canary.stage import running
from toolchain.environments import of_tests

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("engine")]


@pytest.fixture
def cli() -> Path:
    """The official CLI: what GENAIKEYS_OCI_CLI names, or that of the environment made for tests."""
    named = os.environ.get("GENAIKEYS_OCI_CLI")
    found = Path(named) if named else of_tests("ocicli") / "bin" / "oci"
    assert found.is_file(), f"no OCI CLI at {found}; make it with: python3 toolchain/environments.py ocicli"
    return found


def test_recipe_leaves_keys_and_copies_of_their_secrets(tmp_path: Path, cli: Path) -> None:
    """Three applies and a destroy: keys nobody deletes, secrets in output, files, state and arguments."""
    with running(tmp_path / "run") as run:
        counts = {variant: recipe(run, variant, cli) for variant in VARIANTS}

    assert {variant: (count.made, count.deleted) for variant, count in counts.items()} == {
        "always": (APPLIES, 0),
        "once": (1, 0),
        "attribute": (1, 0),
        "vault": (1, 0),
    }
    assert {
        variant: {surface for surface, copies in count.copies.items() if copies}
        for variant, count in counts.items()
    } == {
        "always": {"output", "files"},
        "once": {"output", "files"},
        "attribute": {"state"},
        "vault": {"arguments"},
    }
    assert counts["always"].copies["output"] == 2 * APPLIES


@pytest.mark.full
def test_kit_leaves_nothing_of_what_the_recipes_leave(tmp_path: Path, cli: Path) -> None:
    """The same applies and destroy, beside the recipes: one key, deleted, and no copy anywhere."""
    with running(tmp_path / "run") as run:
        ours = kit(run)
        theirs = [recipe(run, variant, cli) for variant in VARIANTS]
    tables.write("baseline", f"After {APPLIES} applies and a destroy", table([*theirs, ours]))

    assert (ours.made, ours.deleted) == (1, 1)
    assert set(ours.copies.values()) == {0}
    assert all(count.made > count.deleted for count in theirs)
