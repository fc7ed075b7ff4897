"""Pictures of the how-tos are there, are made by tests, and none is left over."""

from __future__ import annotations

from PIL import Image

from tools.pictures import PICTURES, looked_at, named


def test_every_picture_of_a_how_to_is_made_by_a_test_and_is_there() -> None:
    wanted = {name for _, name in named()}
    assert wanted, "no how-to shows a picture"
    assert wanted - looked_at() == set()
    assert wanted == {path.stem for path in PICTURES.glob("*.png")}


def test_pictures_show_a_page_and_weigh_little() -> None:
    for path in PICTURES.glob("*.png"):
        with Image.open(path) as picture:
            assert picture.width == 1366, path.name
            assert len(picture.getcolors(256) or []) > 8, path.name
        assert path.stat().st_size < 150_000, path.name
