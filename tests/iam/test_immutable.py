"""Values that can't be changed, as dataclasses make them."""

import copy

import pytest

from genaikeys.iam.immutable import Immutable, replaced


class Point(Immutable):
    """A place."""

    across: int
    down: int = 0

    def __post_init__(self) -> None:
        if self.across < 0:
            raise ValueError(f"{self.across} is left of everything")


class Spot(Immutable):
    """Another kind with the same fields."""

    across: int
    down: int = 0


def test_fields_are_given_by_place_or_name() -> None:
    """What has a default may be left out."""
    assert Point(1, 2) == Point(1, down=2) == Point(down=2, across=1) != Point(1)
    assert (Point(1).across, Point(1).down) == (1, 0)


def test_values_are_equal_by_kind_and_fields() -> None:
    """And so are their hashes; another kind with equal fields is another value."""
    assert Point(1) != Spot(1)
    assert len({Point(1), Point(1, 0), Spot(1), Point(2)}) == 3
    assert hash(Point(1)) == hash(Point(1))


def test_value_prints_as_it_is_made() -> None:
    """Evaluated, the text is the value again."""
    assert repr(Point(1, 2)) == "Point(across=1, down=2)"


def test_value_can_be_copied_and_matched() -> None:
    """Copied, replaced in part, taken apart."""
    point = Point(1, 2)
    assert copy.copy(point) == copy.deepcopy(point) == point
    assert replaced(point, down=5) == Point(1, 5)
    match point:
        case Point(across, down):
            assert (across, down) == (1, 2)


def test_error_when_a_value_is_changed() -> None:
    """Neither set, nor deleted, nor given something new."""
    point = Point(1)
    for name in ("across", "other"):
        with pytest.raises(AttributeError) as caught:
            setattr(point, name, 2)
        assert str(caught.value) == f"Point can't be changed: {name}"
    with pytest.raises(AttributeError):
        del point.across


def test_error_when_a_value_cannot_be() -> None:
    """Checked whenever one is made."""
    with pytest.raises(ValueError, match="-1 is left of everything"):
        Point(-1)
    with pytest.raises(ValueError, match="-1 is left of everything"):
        replaced(Point(1), across=-1)


@pytest.mark.parametrize("arguments", [((), {}), ((1, 2, 3), {}), ((1,), {"across": 1}), ((1,), {"up": 2})])
def test_error_when_fields_do_not_fit(arguments: tuple[tuple[int, ...], dict[str, int]]) -> None:
    """Too few, too many, one twice, one that isn't there."""
    given, named = arguments
    with pytest.raises(TypeError) as caught:
        Point(*given, **named)
    assert str(caught.value) == "Point takes across, down"
