"""Archives that are damaged, however, break no search."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys.scan.packed import look
from tests.scan.made import PACKED, value

zstandard = pytest.importorskip("zstandard", reason="zstandard isn't installed")
PACKINGS = {
    **{name: pack for name, (_, pack) in PACKED.items()},
    "zstandard": zstandard.ZstdCompressor().compress,
}
TEXT = f"one\ntwo {value()}\n".encode() * 20


@given(
    st.sampled_from(sorted(PACKINGS)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    st.floats(0, 1),
)
def test_no_damage_breaks_a_search(packing: str, changes: list[tuple[float, int]], kept: float) -> None:
    """Bytes are changed after the beginning, by which the kind is told, and the rest may be missing."""
    content = bytearray(PACKINGS[packing](TEXT))
    for place, byte in changes:
        content[6 + int(place * (len(content) - 6))] = byte
    damaged = bytes(content[: 6 + int(kept * (len(content) - 6))])
    notes: list[str] = []
    found = list(look(io.BytesIO(damaged), {}, lambda _, why: notes.append(why)))

    assert found or notes or damaged != PACKINGS[packing](TEXT)
