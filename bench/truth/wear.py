"""How a page of the truth set came onto glass: four grades of wear, scanner or phone, colour, grey or fax.

On top of the wear of the samples: a sheet that lies askew keeps all its corners, print that has faded, the
bent and shaded strip beside the spine of a book, a sheet photographed on a desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from bench.truth.chance import Chance
from samples.degrade import Floats, Grade, Pixels, Wear, wear_out

Depth = Literal["colour", "grey", "bilevel"]
GRADES: tuple[Grade, ...] = ("clean", "light", "worn", "bad")
_DESKS = ((94, 72, 52), (120, 116, 110), (52, 56, 62), (150, 128, 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One taking of one page.

    Attributes:
        wear: what the samples' own wear does; its skew and turn are left to this scene.
        dpi: 200 or 300.
        depth: what the file stores.
        quality: of JPEG.
        skew: degrees, -10 to 10.
        turn: degrees clockwise by which the page lies turned: 0, 90, 180 or 270.
        fade: part of the ink that is gone, 0 to 1.
        spine: strength of the shadow beside a book's spine, 0 to 1.
        photo: taken with a phone: perspective, desk, light from one side.
        threshold: for bilevel: how much darker than around a pixel must be, grey levels.
    """

    wear: Wear
    dpi: int
    depth: Depth
    quality: int
    skew: float
    turn: int = 0
    fade: float = 0.0
    spine: float = 0.0
    photo: bool = False
    threshold: int = 20


def scene_of(grade: Grade, chance: Chance) -> Scene:
    """A scene of that grade by lot."""
    return {"clean": _clean, "light": _light, "worn": _worn, "bad": _bad}[grade](chance)


def take(page: Pixels, scene: Scene, *, rng: np.random.Generator, behind: Pixels | None = None) -> Pixels:
    """The page as the file stores it: height by width by three, or by itself for grey and bilevel."""
    image = _faded(page, scene.fade, rng) if scene.fade else page
    image = wear_out(image, scene.wear, rng=rng, behind=behind)
    if scene.spine:
        image = _beside_spine(image, scene.spine, left=bool(rng.random() < 0.5))
    if scene.photo:
        image = _photographed(image, scene.skew, rng)
    elif scene.skew:
        image = _askew(image, scene.skew, scene.wear.lid)
    blur, noise = _optics(scene)
    image = wear_out(image, Wear(blur=blur, noise=noise, tint=(255, 255, 255)), rng=rng)
    if scene.turn:
        image = np.rot90(image, -scene.turn // 90).copy()
    return _stored(image, scene)


def _clean(chance: Chance) -> Scene:
    return Scene(
        wear=Wear(),
        dpi=chance.pick((200, 300)),
        depth=chance.pick(("colour", "colour", "grey", "bilevel")),
        quality=chance.pick((85, 92)),
        skew=_between(chance, -0.6, 0.6),
        threshold=chance.pick((18, 22)),
    )


def _light(chance: Chance) -> Scene:
    return Scene(
        wear=Wear(
            tint=_paper(chance, 8),
            shade=_between(chance, 0.0, 0.06),
            specks=chance.whole(0, 50),
            bleed=_between(chance, 0.0, 0.06),
            staple=chance.maybe(0.3),
        ),
        dpi=chance.pick((200, 300)),
        depth=chance.pick(("colour", "grey", "bilevel")),
        quality=chance.pick((72, 80)),
        skew=_between(chance, -2.0, 2.0),
        threshold=chance.pick((15, 20, 24)),
    )


def _worn(chance: Chance) -> Scene:
    folds = tuple(float(place) for place in chance.rng.uniform(0.2, 0.8, chance.whole(0, 2)))
    return Scene(
        wear=Wear(
            tint=_paper(chance, 22),
            shade=_between(chance, 0.04, 0.15),
            edge_shadow=_between(chance, 0.0, 0.3),
            fold=folds,
            bleed=_between(chance, 0.04, 0.12),
            specks=chance.whole(30, 260),
            holes=chance.maybe(0.4),
            staple=chance.maybe(0.4),
        ),
        dpi=chance.pick((200, 300)),
        depth=chance.pick(("colour", "colour", "grey", "bilevel")),
        quality=chance.pick((60, 70)),
        skew=_between(chance, -5.0, 5.0),
        fade=_between(chance, 0.15, 0.4) if chance.maybe(0.3) else 0.0,
        spine=_between(chance, 0.3, 0.6) if chance.maybe(0.25) else 0.0,
        threshold=chance.pick((10, 14, 18)),
    )


def _bad(chance: Chance) -> Scene:
    photo = chance.maybe(0.35)
    depth: Depth = "colour" if photo else chance.pick(("colour", "grey", "bilevel"))
    folds = tuple(float(place) for place in chance.rng.uniform(0.15, 0.85, chance.whole(0, 3)))
    return Scene(
        wear=Wear(
            tint=_paper(chance, 34),
            shade=_between(chance, 0.08, 0.25),
            edge_shadow=_between(chance, 0.1, 0.45),
            fold=folds,
            bleed=_between(chance, 0.08, 0.22),
            specks=chance.whole(100, 600),
            lid=chance.pick(((246, 246, 245), (40, 40, 42), (200, 198, 190))),
            holes=chance.maybe(),
            staple=chance.maybe(),
        ),
        dpi=chance.pick((200, 300)),
        depth=depth,
        quality=chance.pick((45, 55, 65)),
        skew=_between(chance, -10.0, 10.0),
        turn=chance.pick((0, 90, 180, 270)),
        fade=_between(chance, 0.3, 0.55) if chance.maybe(0.3) else 0.0,
        spine=_between(chance, 0.5, 0.9) if not photo and chance.maybe(0.3) else 0.0,
        photo=photo,
        threshold=chance.pick((8, 12, 16)),
    )


def _between(chance: Chance, low: float, high: float) -> float:
    return round(float(chance.rng.uniform(low, high)), 3)


def _paper(chance: Chance, most: int) -> tuple[int, int, int]:
    """Paper that has yellowed by up to so many grey levels."""
    age = chance.whole(0, most)
    return 255 - age // 3, 255 - age // 2, 255 - age


def _optics(scene: Scene) -> tuple[float, float]:
    """Blur in pixels and grain in grey levels: coarser glass for worse scenes."""
    strain = 1 - scene.quality / 100
    blur = (0.45 + 1.0 * strain) * scene.dpi / 300
    return (blur + 0.35 if scene.photo else blur), 1.2 + 9 * strain


def _faded(page: Pixels, fade: float, rng: np.random.Generator) -> Pixels:
    """Ink that has gone pale, in patches, with small holes as a dry toner leaves them."""
    height, width = page.shape[:2]
    patches = cv2.resize(
        rng.random((7, 5)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    kept = np.clip(1 - fade * (0.7 + 0.6 * patches), 0.15, 1)
    holes = cv2.GaussianBlur(rng.random((height, width), dtype=np.float32), (0, 0), 0.8) > 0.5 + fade * 0.45
    kept = np.where(holes, kept * 0.6, kept)[..., None]
    return np.asarray(255 - (255 - page.astype(np.float32)) * kept, dtype=np.uint8)


def _askew(page: Pixels, degrees: float, lid: tuple[int, int, int]) -> Pixels:
    """Turned a little on glass that is larger than the sheet: no corner is lost."""
    height, width = page.shape[:2]
    angle = np.deg2rad(abs(degrees))
    wide = round(width * np.cos(angle) + height * np.sin(angle))
    high = round(height * np.cos(angle) + width * np.sin(angle))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    matrix[:, 2] += ((wide - width) / 2, (high - height) / 2)
    turned = cv2.warpAffine(
        page, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=lid
    )
    return np.asarray(turned, dtype=np.uint8)


def _beside_spine(page: Pixels, strength: float, *, left: bool) -> Pixels:
    """The strip along the spine of a bound book: lines bend down into it and the light goes."""
    height, width = page.shape[:2]
    away = np.arange(width, dtype=np.float32) if left else np.arange(width, dtype=np.float32)[::-1]
    near = np.exp(-away / (0.055 * width))
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    bent = rows - (near * strength * 0.012 * height)[None, :]
    image = cv2.remap(page, columns, bent, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    light = 1 - 0.75 * strength * np.exp(-away / (0.035 * width))
    return np.asarray(image * light[None, :, None], dtype=np.uint8)


def _photographed(page: Pixels, skew: float, rng: np.random.Generator) -> Pixels:
    """The sheet on a desk, seen from above a little aslant, lit from one side."""
    height, width = page.shape[:2]
    edge = 0.06
    wide, high = round(width * (1 + 2 * edge)), round(height * (1 + 2 * edge))
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    angle = np.deg2rad(skew)
    turn = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))], np.float32)
    middle = np.array((width / 2, height / 2), np.float32)
    seen = (corners - middle) @ turn.T * 0.97
    seen += rng.uniform(-0.03, 0.03, (4, 2)).astype(np.float32) * width
    # Whatever the slant, the whole sheet stays in the picture.
    reach = np.abs(seen).max(axis=0) * 2
    scale = min(wide / reach[0], high / reach[1], 1.12) * 0.985
    target = (seen * scale + np.array((wide / 2, high / 2))).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    picture = _desk(high, wide, rng)
    cv2.warpPerspective(
        page, matrix, (wide, high), dst=picture, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_TRANSPARENT
    )
    return np.asarray(picture * _lamp(high, wide, rng)[..., None], dtype=np.uint8)


def _desk(height: int, width: int, rng: np.random.Generator) -> Pixels:
    """A plain desk with a little grain."""
    colour = np.array(_DESKS[int(rng.integers(0, len(_DESKS)))], np.float32)
    coarse = rng.normal(0, 7, (height // 6, 24)).astype(np.float32)
    grain = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(colour + grain[..., None], 0, 255), dtype=np.uint8)


def _lamp(height: int, width: int, rng: np.random.Generator) -> Floats:
    """Light that falls off from one corner, and the soft shadow of the hand."""
    down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    x, y = float(rng.integers(0, 2)), float(rng.integers(0, 2))
    light = 1 - float(rng.uniform(0.12, 0.4)) * np.hypot(across - x, down - y) / 1.42
    hand = np.hypot((across - float(rng.uniform(0, 1))) / 0.5, (down - float(rng.uniform(0.7, 1.2))) / 0.35)
    return np.asarray(light * (1 - 0.22 * np.exp(-(hand**4))), dtype=np.float32)


def _stored(image: Pixels, scene: Scene) -> Pixels:
    if scene.depth == "colour":
        return image
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    if scene.depth == "grey":
        return grey
    side = max(31, grey.shape[1] // 40 | 1)
    local = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, side, scene.threshold
    )
    return np.asarray(local, dtype=np.uint8)
