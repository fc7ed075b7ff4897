"""Which strips of a group stand side by side: equal values with equal writing, and what is odd at the end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dossier.ids import DocumentId
from flows.checking.alike_strips import AlikeSet, Strip, side_by_side
from ocr.field_looks import FieldLook

ROUND = FieldLook((1 << 400) - 1, 6.0)
"""Two writings that have nothing in common, and one that is nearly the first."""
SHARP = FieldLook(((1 << 400) - 1) << 500, 6.0)
NEARLY_ROUND = FieldLook(((1 << 400) - 1) ^ 0b1011, 6.1)


def strip(name: str, value: str, look: FieldLook | None) -> Strip:
    return Strip(DocumentId(name), (value, ""), look)


def names(found: tuple[AlikeSet, ...]) -> list[str]:
    return ["".join(one.strips) for one in found]


def test_writing_that_looks_alike_stands_together_and_the_odd_one_at_the_end() -> None:
    found = side_by_side(
        [strip("a", "kinh", ROUND), strip("b", "kinh", SHARP), strip("c", "kinh", NEARLY_ROUND)]
    )
    assert names(found) == ["acb"]
    assert found[0].odd == {"b"}


def test_where_no_writing_has_the_majority_nothing_is_odd() -> None:
    found = side_by_side([strip("a", "kinh", ROUND), strip("b", "kinh", SHARP)])
    assert names(found) == ["ab"]
    assert found[0].odd == frozenset()


def test_one_writing_that_was_read_in_two_ways_stands_in_two_sets_beside_each_other() -> None:
    found = side_by_side(
        [
            *(strip(name, "kinh", ROUND) for name in "abc"),
            *(strip(name, "tay", SHARP) for name in "de"),
            strip("f", "kính", NEARLY_ROUND),
        ]
    )
    assert names(found) == ["abc", "f", "de"]
    assert [one.like_before for one in found] == [False, True, False]


def test_without_pictures_the_largest_set_is_first_and_the_order_within_stays() -> None:
    found = side_by_side([strip("a", "tay", None), strip("b", "kinh", None), strip("c", "kinh", None)])
    assert names(found) == ["bc", "a"]
    assert not any(one.odd or one.like_before for one in found)


def test_strips_whose_picture_is_not_known_stand_before_the_odd_ones() -> None:
    found = side_by_side(
        [
            strip("a", "kinh", None),
            strip("b", "kinh", SHARP),
            strip("c", "kinh", ROUND),
            strip("d", "kinh", ROUND),
        ]
    )
    assert names(found) == ["cdab"]
    assert found[0].odd == {"b"}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("kinh", "tay", "mong")), st.sampled_from((None, ROUND, SHARP, NEARLY_ROUND))
        ),
        max_size=24,
    )
)
def test_every_strip_stands_somewhere_once_and_with_its_value(
    told: list[tuple[str, FieldLook | None]],
) -> None:
    strips = [strip(str(number), value, look) for number, (value, look) in enumerate(told)]
    values = {one.document: one.said for one in strips}
    found = side_by_side(strips)
    assert sorted(one for alike in found for one in alike.strips) == sorted(values)
    for alike in found:
        assert len({values[one] for one in alike.strips}) == 1
        assert alike.odd <= set(alike.strips)
        assert 2 * len(alike.odd) < len(alike.strips)
