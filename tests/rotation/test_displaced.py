"""Somebody else made another version CURRENT, case by case: the newest value of the kit's gets back."""

import pytest

from genaikeys.rotation import Learned, Wishes, World, next_step
from genaikeys.rotation.labels import Label
from genaikeys.rotation.step import Activate, Probe, Promote, Refuse, Renew, Step
from genaikeys.rotation.world import Verdict
from tests.rotation.worlds import KEY, NONE, SECRET, label, slot, version, wishes, world

OURS = version(2, label("key-one"), "PREVIOUS")
STRANGE = version(3, "mine", "CURRENT", "LATEST")
OLDER = (
    version(2, label("key-two", "b"), "CURRENT", days_ago=9),
    version(3, label("key-one"), "PREVIOUS", "LATEST", days_ago=8),
)
REFUSED = Learned(verdicts={2: Verdict.REFUSED, 3: Verdict.REFUSED}, renewals=1)

CASES: dict[str, tuple[World, Wishes, Learned, Step]] = {
    "ours is tried": (world(OURS, STRANGE), wishes(), Learned(), Probe(2)),
    "ours is published untried where no model is named": (
        world(OURS, STRANGE),
        wishes(probe_models=()),
        Learned(),
        Promote(2, Label("key-one", "a" * 16, NONE)),
    ),
    "an older version that somebody made current is followed by the newest": (
        world(*OLDER),
        wishes(),
        Learned(verdicts={3: Verdict.WORKS}),
        Promote(3, Label("key-one", "a" * 16, NONE)),
    ),
    "its slot is activated": (
        world(OURS, STRANGE, slots=(slot("key-one", "INACTIVE"), slot("key-two"))),
        wishes(),
        Learned(),
        Activate("key-one"),
    ),
    "silence promotes nothing": (
        world(OURS, STRANGE),
        wishes(probe_models=("openai.gpt-oss-20b", "meta.llama-3.3-70b-instruct")),
        Learned(verdicts={2: Verdict.SILENT}),
        Refuse(
            "No model in openai.gpt-oss-20b, meta.llama-3.3-70b-instruct answered in a way that tells "
            "whether the new value of key-one works; what readers get was not changed",
            "Run the command again when the region answers, or name other models in probe.models.",
        ),
    ),
    "where ours is refused, a slot that nobody uses follows a stranger's": (
        world(OURS, STRANGE, slots=(slot("key-one", used_days_ago=1), slot("key-two"))),
        wishes(),
        REFUSED,
        Renew("key-two", "first publication"),
    ),
    "where ours is refused, and both slots are in use, nobody is cut off": (
        world(OURS, STRANGE, slots=(slot("key-one", used_days_ago=1), slot("key-two", used_days_ago=2))),
        wishes(),
        REFUSED,
        Refuse(
            f"Both slots of {KEY} were used within 7d: renewing either would cut a caller off",
            "Move the callers of one slot to the other, wait for the grace, then run the command again.",
        ),
    ),
    "where ours is refused, its slot follows the older one that somebody made current": (
        world(*OLDER, slots=(slot("key-one"), slot("key-two", used_days_ago=1))),
        wishes(),
        REFUSED,
        Renew("key-one", "somebody else changed the current version, and the value before is refused"),
    ),
    "an expired slot is not tried": (
        world(*OLDER, slots=(slot("key-one", "EXPIRED"), slot("key-two", used_days_ago=1))),
        wishes(),
        Learned(),
        Renew("key-one", "somebody else changed the current version, and the value before is refused"),
    ),
    "a secret that serves another key is not written to": (
        world(version(2, label("prod-one"), "CURRENT", "LATEST")),
        wishes(),
        Learned(),
        Refuse(
            f"The CURRENT version of {SECRET} is labelled for the slot prod-one, which {KEY} lacks",
            "Check that apiKeyId and vaultSecretId belong together.",
        ),
    ),
    "nor one that was labelled when the key was made": (
        world(version(2, label("prod-one"), "CURRENT", "LATEST", days_ago=90)),
        wishes(),
        Learned(),
        Refuse(
            f"The CURRENT version of {SECRET} is labelled for the slot prod-one, which {KEY} lacks",
            "Check that apiKeyId and vaultSecretId belong together.",
        ),
    ),
    "a secret without a current version gets one": (
        world(version(2, "", "DEPRECATED")),
        wishes(),
        Learned(),
        Renew("key-one", "first publication"),
    ),
    "a label that is older than the key is the key's before, whatever its slot": (
        world(version(2, label("prod-one"), "CURRENT", "LATEST", days_ago=91)),
        wishes(),
        Learned(),
        Renew("key-one", "first publication"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_next_step_with_a_strange_current_version_is_the_one_that_the_case_names(name: str) -> None:
    """Readers get the kit's newest value again, if it works; else a slot's that nobody uses."""
    seen, wished, learned, expected = CASES[name]

    assert expected == next_step(seen, wished, learned)
