"""Places for large forms: slow ones of one person, or of one office, keep nobody else out."""

from __future__ import annotations

from web.station.places import Places


def test_one_person_takes_two_places_and_others_come_in_all_the_same() -> None:
    places = Places(6, each=2)
    mine = [places.take("user-1", office="H26") for _ in range(6)]
    assert [one is not None for one in mine] == [True, True, False, False, False, False]
    assert places.take("user-2", office="H26") is not None
    assert mine[0] is not None
    mine[0]()
    assert places.take("user-1", office="H26") is not None


def test_a_place_is_kept_from_one_office_for_another() -> None:
    places = Places(3, each=2)
    assert places.take("user-1", office="H26") is not None
    assert places.take("user-2", office="H26") is not None
    assert places.take("user-3", office="H26") is None
    assert places.take("user-4", office="H27") is not None
    assert places.take("user-5", office="H27") is None
