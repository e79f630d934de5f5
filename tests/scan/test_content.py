"""A secret is found in every spelling and at every place, with the fingerprint of its value."""

import io
from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from genaikeys.scan import content
from genaikeys.scan.content import search
from genaikeys.scan.known import Published
from genaikeys.scan.shape import Kind
from genaikeys.scan.spellings import LONGEST_SPELLED, tokens
from tests.scan.made import LETTERS, SPELLINGS, UNSEEN, digest, local_value, pieces, value

NOBODY: Mapping[str, Published] = {}
OURS = Published("oss", "us-chicago-1", "key-one", 2, True, "alive: in use")
NEUTRAL = st.text(st.characters(codec="utf-8", exclude_characters="-_+/=%\\.~"), max_size=60).filter(
    lambda text: not text or not (text[0].isalnum() or text[-1].isalnum())
)


def found(text: bytes, known: Mapping[str, Published] = NOBODY) -> list[tuple[int, Kind, str]]:
    """Line, kind and fingerprint of what a search finds."""
    return [(hit.line, hit.kind, hit.fingerprint) for hit in search(io.BytesIO(text), known)]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("make", [value, local_value], ids=["issued", "local"])
def test_every_spelling_is_found(spelling: str, make: object) -> None:
    """Once, with the fingerprint of the value and not of how it is written."""
    secret = make() if callable(make) else ""
    kind = Kind.LOCAL if "localtest" in secret else Kind.SHAPE
    hits = search(io.BytesIO(b"\n\n" + SPELLINGS[spelling](secret) + b"\n"), NOBODY)

    assert {(hit.kind, hit.fingerprint) for hit in hits} == {(kind, digest(secret))}
    assert len(hits) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_last_word_of_a_file_in_wide_letters_is_whole(encoding: str) -> None:
    """Whichever byte of a letter comes last."""
    secret = value()

    assert found(f"key = {secret}".encode(encoding)) == [(1, Kind.SHAPE, digest(secret))]


@pytest.mark.parametrize("spelling", UNSEEN)
def test_what_is_not_found_is_known(spelling: str) -> None:
    """What docs/scan.md says that it can't find."""
    assert found(UNSEEN[spelling](value())) == []


@given(st.text(LETTERS, min_size=48, max_size=64).filter(lambda tail: len(set(tail)) > 24), NEUTRAL, NEUTRAL)
@example("0123456789" + "QqWwEeRrTtZzUuIiOoPpAaSsDdFfGgHhJjKk", "\n", "")
def test_any_value_in_any_text_is_found(tail: str, before: str, after: str) -> None:
    """With the right fingerprint and line, unless its letters fall as in a placeholder."""
    secret = f"sk-{tail}"
    hits = found(f"{before}{secret}{after}".encode(), {digest(secret): OURS})

    assert hits == [(before.count("\n") + 1, Kind.PUBLISHED, digest(secret))]


@given(st.integers(0, LONGEST_SPELLED + 600), st.sampled_from(sorted(SPELLINGS)))
def test_a_border_between_pieces_hides_nothing(offset: int, spelling: str) -> None:
    """Wherever the border falls, the secret is found once, and its line is right."""
    secret = value()
    text = SPELLINGS[spelling](secret)
    size = 2 * LONGEST_SPELLED
    before = b"\n" * 3 + b"." * (size - offset - 4) + b"\n"
    after = b"\n" + b"." * size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "PIECE", size)
        hits = found(before + text + after)

    assert [fingerprint for _, _, fingerprint in hits] == [digest(secret)]
    assert hits[0][0] == 5 or "lines" in spelling


@pytest.mark.parametrize("length", [16, 22, 39, 201, 400])
def test_published_value_of_any_length_is_found(length: int) -> None:
    """The shape is a guess; a fingerprint isn't."""
    secret = value(length)

    assert found(secret.encode()) == []
    assert found(f"x={secret}".encode(), {digest(secret): OURS}) == [(1, Kind.PUBLISHED, digest(secret))]


@pytest.mark.parametrize(
    "around", ["{}", "task{}", "{}andmore", "{}_suffix", "ab{}/path?x=1", "sk-{}", "{}" * 2]
)
def test_published_value_is_found_whatever_it_is_glued_to(around: str) -> None:
    """Before and behind, where no rule could tell where it ends."""
    secret = value()
    hits = found(around.replace("{}", secret).encode(), {digest(secret): OURS})

    assert (1, Kind.PUBLISHED, digest(secret)) in hits


@pytest.mark.parametrize("letters", ["+", "/", "=", ".", "~"])
def test_published_value_may_have_other_letters(letters: str) -> None:
    """Should OCI issue values of another alphabet."""
    secret = value(20) + letters + value(20).removeprefix("sk-")

    assert found(f"'{secret}'".encode(), {digest(secret): OURS}) == [(1, Kind.PUBLISHED, digest(secret))]


def test_a_shaped_value_of_somebody_else_is_no_published_one() -> None:
    """It is a finding of another kind."""
    secret, other = value(), value()

    assert found(secret.encode(), {digest(other): OURS}) == [(1, Kind.SHAPE, digest(secret))]


def test_two_secrets_in_a_line_are_two_findings() -> None:
    """Each has its fingerprint."""
    one, two = value(), value()

    assert found(f"{one} {two}".encode()) == [(1, Kind.SHAPE, digest(one)), (1, Kind.SHAPE, digest(two))]


def test_base64_of_lists_is_not_joined() -> None:
    """Only lines of the usual widths go on in the next: a value of 51 bytes fills 68 letters by itself."""
    import base64

    one, two = value(), value()
    listed = b"\n".join(base64.b64encode(each.encode()) for each in (one, two))

    assert [fingerprint for _, _, fingerprint in found(listed)] == [digest(one), digest(two)]


@given(st.binary(max_size=400))
def test_noise_is_no_finding(noise: bytes) -> None:
    """Random bytes hold no secret, and break nothing."""
    assert found(noise) == []


def test_a_token_prints_no_letter_of_a_secret() -> None:
    """Not in a debugger's view of it either."""
    secret = value()
    printed = repr(tokens(f"x={secret}".encode()))

    assert not any(piece in printed for piece in pieces(secret))
