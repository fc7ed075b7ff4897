"""Odd papers for tests, drawn when needed and never kept: what is fed to a scanner by mistake or in need.

Each function gives one page as pixels. Nobody in them exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples import agencies as office
from samples.degrade import Wear, wear_out
from samples.fonts import load
from samples.forms import specimen_line
from samples.marks import Mask, qr
from samples.papers import birth, card, decision
from samples.people import BLO, CHU, HAN, LIEU, MY, PHA, Person
from samples.raster import MM_PER_INCH, Pixels, render
from samples.sheet import A4, BLUE_INK, SEAL_RED, Mark, Sheet, Stroke, Style, Text

DPI = 200
# Pixels of a certificate copied smaller.
_HALF = (1488, 2105)
# The face whose text a pen writes instead.
_PEN = "free"
_SCAN = Wear(skew=0.4, noise=1.6, blur=0.4, specks=30)
_BIRTH = birth.Birth(
    number="31/2019",
    child=PHA,
    mother=MY,
    father=CHU,
    registered_at="Ủy ban nhân dân xã Tả Van Chư, huyện Bắc Hà, tỉnh Lào Cai",
    registered_on=date(2019, 7, 5),
    agency=office.TA_VAN_CHU,
    signer=office.TA_VAN_CHU_VICE,
    declarant=CHU,
)
_DECISION = decision.Decision(
    number="118/QĐ-UBND",
    issued_on=date(2026, 4, 2),
    summary="Về việc công nhận gia đình văn hóa năm 2025",
    deciding="CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ ĐÀM THỦY",
    grounds=("Căn cứ Luật Tổ chức chính quyền địa phương;",),
    articles=(("Công nhận gia đình bà Nông Thị Bích Liễu là gia đình văn hóa năm 2025.",),),
    recipients=("Như Điều 1;", "Lưu: VT."),
    person=LIEU,
    agency=office.DAM_THUY,
    signer=office.DAM_THUY_CHAIR,
)

ENGLISH = (
    "REPUBLIC OF FREEDONIA",
    "MINISTRY OF THE INTERIOR",
    "CERTIFICATE OF NO IMPEDIMENT TO MARRIAGE",
    "No. 4471/CIV/2025",
    "This is to certify that the person named below has declared before me, the undersigned",
    "registrar, that there is no lawful hindrance to the intended marriage.",
    "Name of applicant: Rufus Theodore Firefly",
    "Date of birth: 17 November 1988",
    "Place of birth: Sylvania Township, Northern County",
    "Passport number: FR8812045",
    "Permanent address: 12 Harbour Street, Port Trentino",
    "Given under my hand and seal of office on the ninth day of September 2025.",
    "Margaret Teasdale, Registrar General",
)
RUSSIAN = (
    "ВЫМЫШЛЕННАЯ РЕСПУБЛИКА",
    "СВИДЕТЕЛЬСТВО О РОЖДЕНИИ",
    "Гражданин Огурцов Степан Фёдорович",
    "родился 14 февраля 1991 года, место рождения: город Нижнеморск",
    "о чём в книге регистрации актов о рождении составлена запись за номером 218",
    "Отец: Огурцов Фёдор Ильич, гражданство: не существует",
    "Мать: Огурцова Зинаида Петровна, гражданство: не существует",
    "Место государственной регистрации: отдел записи актов гражданского состояния",
    "Дата выдачи: 3 марта 1991 года",
    "Руководитель органа записи актов гражданского состояния",
)
LOYALTY = (
    "THẺ KHÁCH HÀNG THÂN THIẾT",
    "Siêu thị Bản Mường xin gửi lời cảm ơn tới quý khách đã luôn đồng hành trong suốt năm qua.",
    "Thẻ dùng để tích điểm khi mua rau, gạo, thịt và đồ gia dụng tại mọi quầy của siêu thị.",
    "Mỗi một trăm nghìn đồng được cộng một điểm; đủ năm mươi điểm được đổi một chiếc nồi nhôm.",
    "Thẻ không có giá trị quy đổi thành tiền mặt và không chuyển nhượng cho người khác.",
    "Quý khách vui lòng xuất trình thẻ trước khi thanh toán tại quầy thu ngân.",
)


def empty_page() -> Pixels:
    """The back of a sheet: paper, dust, a fold, holes; no print."""
    height, width = (round(side * DPI / MM_PER_INCH) for side in (A4[1], A4[0]))
    wear = Wear(noise=2.2, tint=(248, 244, 232), shade=0.05, specks=60, holes=True)
    return wear_out(np.full((height, width, 3), 255, np.uint8), wear, rng=np.random.default_rng(7))


def cat() -> Pixels:
    """Something like a photograph of a cat on a carpet: soft shapes, fur, whiskers, no letter."""
    rng = np.random.default_rng(11)
    height, width = 1500, 2000
    floor = cv2.resize(rng.random((12, 16, 3)), (width, height), interpolation=cv2.INTER_CUBIC)
    weave = np.kron(rng.normal(0, 22, (height // 10, width // 10)), np.ones((10, 10))).astype(np.float32)
    picture = 110 + 70 * floor.astype(np.float32) + weave[..., None] + np.array((25, 5, -25), np.float32)
    fur = np.zeros((height, width), np.uint8)
    cv2.ellipse(fur, (1050, 1020), (560, 400), -8, 0, 360, 255, -1)
    cv2.circle(fur, (620, 620), 300, 255, -1)
    for ear in (((370, 520), (400, 200), (590, 360)), ((650, 340), (840, 190), (880, 510))):
        cv2.fillConvexPoly(fur, np.array(ear, np.int32), 255)
    cv2.ellipse(fur, (1650, 880), (260, 90), -50, 0, 300, 255, 70)
    soft = cv2.GaussianBlur(fur, (0, 0), 6).astype(np.float32)[..., None] / 255
    hairs = rng.normal(0, 90, (height, width)).astype(np.float32)
    hairs = np.asarray(cv2.GaussianBlur(hairs, (0, 0), sigmaX=1.2, sigmaY=9), dtype=np.float32)
    stripes = 30 * np.sin(np.linspace(0, 46, width, dtype=np.float32))[None, :]
    coat = np.array((168, 112, 62), np.float32) + (hairs + stripes)[..., None]
    picture = picture * (1 - soft) + coat * soft
    for x in (520, 720):
        cv2.ellipse(picture, (x, 590), (52, 40), 0, 0, 360, (150, 190, 90), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (x, 590), (12, 38), 0, 0, 360, (15, 15, 15), -1, cv2.LINE_AA)
    cv2.fillConvexPoly(picture, np.array(((585, 690), (655, 690), (620, 730)), np.int32), (190, 110, 110))
    for side in (-1, 1):
        for drop in (-40, 0, 45):
            ends = (620 + side * 60, 735), (620 + side * 330, 720 + drop)
            cv2.line(picture, *ends, (235, 230, 225), 3, cv2.LINE_AA)
    picture += rng.normal(0, 6, picture.shape).astype(np.float32)
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)


def lines_of(texts: Sequence[str]) -> Pixels:
    """A paper of centred headings in capitals and plain lines, printed and scanned."""
    return _scanned(sheet_of(texts))


def sheet_of(texts: Sequence[str]) -> Sheet:
    """The same before it is printed."""
    sheet = Sheet()
    y = 30.0
    for text in texts:
        capital = text == text.upper()
        style = Style("serif-bold", 14) if capital else Style("serif", 12)
        sheet.write(105 if capital else 25, y, text, style=style, align="centre" if capital else "left")
        y += 11
    specimen_line(sheet)
    return sheet


def ideograms() -> Pixels:
    """A paper in upright blocks of strokes, as writing in ideograms looks to who cannot read it."""
    rng = np.random.default_rng(5)
    height, width = (round(side * DPI / MM_PER_INCH) for side in (A4[1], A4[0]))
    page = np.full((height, width), 255, np.uint8)
    side = 34
    for line in range(22):
        indent = 500 if line == 0 else 180
        for column in range(14 if line == 0 else 30):
            left, top = indent + column * (side + 8), 220 + line * 78
            for _ in range(int(rng.integers(5, 11))):
                ends = rng.integers(0, side, (2, 2))
                if rng.random() < 0.7:
                    axis = int(rng.integers(0, 2))
                    ends[1, axis] = ends[0, axis]
                (x0, y0), (x1, y1) = ends.tolist()
                cv2.line(page, (x0 + left, y0 + top), (x1 + left, y1 + top), 20, 3, cv2.LINE_AA)
    return wear_out(np.repeat(page[..., None], 3, axis=2), _SCAN, rng=rng)


def unlisted() -> Pixels:
    """A Vietnamese paper of a type that no table of the rulebook knows."""
    return lines_of(LOYALTY)


def by_hand(*, neat: bool) -> Pixels:
    """A birth certificate whose labels are printed and whose values a pen wrote, as of old.

    Args:
        neat: one could read it letter by letter; else waves and loops that spell nothing.
    """
    sheet = birth.draw(replace(_BIRTH, typed=_PEN), np.random.default_rng(3)).sheets[0]
    rng = np.random.default_rng(19)
    for index, op in enumerate(sheet.ops):
        if isinstance(op, Text) and op.style.face.startswith(_PEN):
            sheet.ops[index] = _penned(op, rng, neat=neat)
    return _scanned(sheet)


def _penned(op: Text, rng: np.random.Generator, *, neat: bool) -> Mark:
    """The words of a text as pen strokes in its place."""
    mask = written(op.content, rng) if neat else waves(len(op.content), rng)
    height = 8.5
    width = height * mask.shape[1] / mask.shape[0]
    return Mark(x=op.x, y=op.y - 6.2, width=width, height=height, mask=mask, colour=BLUE_INK)


def written(text: str, rng: np.random.Generator) -> Mask:
    """Letters set one by one, each a little larger, higher and more slanted than the last, and bent."""
    side = 170
    font = load("free-italic", 92)
    image = Image.new("L", (side + round(font.getlength(text) * 1.1), side), 0)
    x = 12.0
    for letter in text:
        tile = Image.new("L", (side, side), 0)
        ImageDraw.Draw(tile).text((40, 26), letter, font=font, fill=255)
        tilt = float(rng.normal(0, 5))
        tile = tile.rotate(tilt, resample=Image.Resampling.BICUBIC, translate=(0, int(rng.normal(0, 5))))
        image.paste(255, (int(x) - 40, 0), tile)
        x += font.getlength(letter) * float(rng.uniform(0.94, 1.1))
    mask = np.asarray(image)
    rows, columns = np.indices(mask.shape, dtype=np.float32)
    bend = cv2.resize(rng.normal(0, 5, (4, 2 + mask.shape[1] // 60)).astype(np.float32), mask.shape[::-1])
    lean = cv2.resize(rng.normal(0, 5, (4, 2 + mask.shape[1] // 60)).astype(np.float32), mask.shape[::-1])
    return np.asarray(cv2.remap(mask, columns + bend, rows + lean, cv2.INTER_LINEAR), dtype=np.uint8)


def waves(letters: int, rng: np.random.Generator) -> Mask:
    """A quick hand that cannot be read: waves with loops and a few tall strokes."""
    height, width = 170, 40 + 44 * letters
    t = np.linspace(0, letters, 24 * letters + 2)
    tall = 0.5 + 0.5 * np.repeat(rng.random(letters + 2), 24)[: len(t)]
    x = 20 + 42 * t + 18 * np.sin(t * 6.1)
    y = height * (0.55 + 0.2 * np.cos(t * 6.1) * tall + 0.06 * np.sin(t * 1.3))
    image = np.zeros((height, width), np.uint8)
    points = np.column_stack([x, y]).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(image, [points], isClosed=False, color=235, thickness=6, lineType=cv2.LINE_AA)
    return image


def two_small_papers() -> Pixels:
    """Certificates of two children, copied smaller, beside each other on one glass."""
    sheets = [
        birth.draw(replace(_BIRTH, child=child, number=number), np.random.default_rng(3)).sheets[0]
        for child, number in ((PHA, "31/2019"), (HAN, "77/2018"))
    ]
    halves = [cv2.resize(render(sheet, 300), _HALF, interpolation=cv2.INTER_AREA) for sheet in sheets]
    return wear_out(np.hstack(halves), _SCAN, rng=np.random.default_rng(2))


def two_cards() -> Pixels:
    """The fronts of two people's cards on one sheet, as a copier makes them."""
    sheet = Sheet()
    for person, top in ((BLO, 40.0), (LIEU, 150.0)):
        front = card.draw(_card(person), np.random.default_rng(4)).sheets[0]
        _lay(sheet, front, at=(60.0, top))
    return _scanned(sheet, dpi=300)


def other_code() -> Pixels:
    """A card whose code was pasted over by that of another holder of the same name."""
    mine = _card(LIEU)
    sheet = card.draw(mine, np.random.default_rng(4)).sheets[0]
    other = replace(LIEU, tail="999888", born=date(2000, 3, 17), old_card="085999888")
    for index, op in enumerate(sheet.ops):
        if isinstance(op, Mark) and op.width == op.height == 14:
            sheet.ops[index] = replace(op, mask=qr(card.payload(replace(mine, person=other))))
    return _scanned(sheet, dpi=300)


def secret() -> Pixels:
    """A decision with a secrecy mark pressed beside its number."""
    sheet = decision.draw(_DECISION, np.random.default_rng(6)).sheets[0]
    sheet.box(36, 52, 26, 9, line=0.6, colour=SEAL_RED)
    sheet.write(49, 58.8, "TỐI MẬT", style=Style("sans-bold", 15, SEAL_RED), align="centre")
    return _scanned(sheet)


def decision_page(number: int) -> Pixels:
    """One page of a stack: a short decision of its own number."""
    paper = decision.draw(replace(_DECISION, number=f"{number}/QĐ-UBND"), np.random.default_rng(number))
    return _scanned(paper.sheets[0])


def _card(person: Person) -> card.Card:
    return card.Card(person=person, issued_on=date(2022, 5, 6), expires_on=date(2040, 1, 17), new_form=False)


def _lay(sheet: Sheet, small: Sheet, *, at: tuple[float, float]) -> None:
    """What is drawn on a small sheet, moved onto a large one."""
    x, y = at
    for op in small.ops:
        if isinstance(op, Stroke):
            sheet.ops.append(replace(op, points=tuple((px + x, py + y) for px, py in op.points)))
        else:
            sheet.ops.append(replace(op, x=op.x + x, y=op.y + y))
    sheet.lines += small.lines


def _scanned(sheet: Sheet, *, dpi: int = DPI) -> Pixels:
    return wear_out(render(sheet, dpi), _SCAN, rng=np.random.default_rng(1))
