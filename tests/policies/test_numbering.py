"""In which numbered policy a statement stands: laws of dealing out, and what a text remembers."""

from hypothesis import given
from hypothesis import strategies as st

from genaikeys import numbering
from genaikeys.numbering import MOST, NOTHING, identity, numbered, read

NAMES = st.lists(st.integers(0, 400).map(str), unique=True, max_size=170)


def deal(names: list[str], memory: numbering.Remembered) -> dict[str, tuple[str, ...]]:
    """Names that are their own identity, dealt to the policies of one purpose."""
    return numbered("apps-access", names, memory, lambda name: name)


@given(before=NAMES, after=NAMES)
def test_statement_keeps_its_policy(before: list[str], after: list[str]) -> None:
    """Whatever else comes and goes; and each stands in one policy of at most 50."""
    memory = deal(before, NOTHING)
    stood = {name: place for place, names in memory.items() for name in names}

    dealt = deal(after, memory)

    stands = {name: place for place, names in dealt.items() for name in names}
    assert sorted(stands) == sorted(after)
    assert {name: stands[name] for name in after if name in stood} == {
        name: stood[name] for name in after if name in stood
    }
    assert all(0 < len(names) <= MOST for names in dealt.values())
    assert sum(map(len, dealt.values())) == len(after)


@given(names=NAMES)
def test_dealing_out_again_changes_nothing(names: list[str]) -> None:
    """What was dealt is its own memory."""
    dealt = deal(names, NOTHING)

    assert deal(names, dealt) == dealt


def test_new_statement_goes_to_the_first_policy_with_room() -> None:
    """One left the first of two policies; the next one that comes takes its place."""
    names = [f"n{number}" for number in range(MOST + 3)]
    memory = deal(names, NOTHING)
    names.remove("n7")

    dealt = deal([*names, "new"], memory)

    assert "new" in dealt["apps-access"]
    assert dealt["apps-access-2"] == ("n50", "n51", "n52")


def test_identity_is_whom_a_statement_is_about() -> None:
    """Other models are the same statement; another key is another."""
    text = (
        "allow any-user to use generative-ai-chat in compartment apps where ALL "
        "{ request.principal.id='<key bot in us-chicago-1>', target.model.id in ('a') }"
    )

    assert (
        identity(text)
        == "allow any-user to use generative-ai-chat in compartment apps <key bot in us-chicago-1>"
    )
    assert identity(text.replace("'a'", "'a', 'b'")) == identity(text)
    assert identity(text.replace("bot", "bat")) != identity(text)


def test_read_finds_policies_and_what_they_hold() -> None:
    """Comments and empty lines say nothing."""
    text = (
        "# Comment.\n\npolicy apps-access in compartment a\n  allow group a to read b in tenancy\n\n"
        "policy apps-access-2 in compartment a\n  allow group c to read d in tenancy where x='<key k in r>'\n"
    )

    assert read(text) == {
        "apps-access": ["allow group a to read b in tenancy"],
        "apps-access-2": ["allow group c to read d in tenancy <key k in r>"],
    }
