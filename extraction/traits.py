"""What splitting needs to know about a page, and no more: a stack of any length stays small in memory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dossier.separators import SeparatorSheet, SheetRefusedError, sheet_of_codes
from dossier.text import PageText
from extraction.classify import UNKNOWN, Guess, classify
from extraction.closing import signer_blocks
from extraction.folding import alike, capitals_share, fold, squash
from extraction.heading import numbers
from extraction.layout import Row, Sheet, lay_out, words_of
from extraction.motto import NATION, has_motto
from extraction.mrz.td1 import Td1, find_td1
from rulebook.paper_spec import Papers

# Shares of the height: head and foot where page numbers stand, and the top that annexes call themselves in.
_MARGIN, _TOP = 0.13, 0.3
# Below stands what is no running text; a row in the last fifth stands at the foot.
_FOOT, _LOW = 0.045, 0.8
# Share of the text's width that a row of running text fills.
_WIDE = 0.75
_FILLER = "<<"
_MACHINE_ROWS = 8
_FRONT = ("fullname", "hovaten", "hochudemvaten", "dateofbirth", "socialistrepublic")
_BACK = ("dateofissue", "datemonthyear", "ngontro", "dacdiemnhandang", "dauvettrai", "ngaythangnamcap")
_FOLIO = re.compile(r"^(?:trang|tr|page|p)?\.?\s*(\d{1,3})(?:\s*(?:/|of|tren)\s*(\d{1,3}))?$")
_FORM = re.compile(r"^mau (?:so|ct|tp|bm|don|phu luc)\b|^mau (?:so )?\d|^ban hanh kem theo|^\(?ban hanh kem")
_LATER = re.compile(
    r"(?:[2-9]|[1-9]\d)[.)]\s|(?:ii|iii|iv|v|vi|vii|viii|ix|x)[.)]\s|dieu (?:[2-9]|[1-9]\d)\b"
)
_ANNEX = ("phuluc", "danhsachkemtheo", "bieukemtheo")
_SIGN = re.compile(
    r"\d{1,6}[a-z]?\s?/\s?(?:(?:\d{4}\s?/\s?)?[A-ZĐ][A-Za-zĐđ]{0,6}(?:\s?[-–]\s?[A-ZĐ][A-ZĐƯ0-9.&]*)*|\d{4})"
)
_CLOSING = ("noinhan", "kyghirohoten", "kytenghiro", "kyghiroten", "kyvaghiro", "luuvt")
_CARD_CODE = re.compile(r"(\d{12})\|")
_IDENTITY = re.compile(r"(?<!\d)\d{12}(?!\d)")


@dataclass(frozen=True, slots=True)
class Folio:
    """A printed page number and, where it is told, how many pages there are (0 else)."""

    number: int
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """A page as splitting sees it.

    Attributes:
        page: 1-based.
        blank: bears no print.
        guess: which type it opens.
        inches: shorter and longer side.
        upright: higher than wide.
        motto: shows the national name or motto in its upper half.
        folio: its printed page number.
        form: a form number stands in its top.
        sign: number and sign in its head, squashed; empty when there is none.
        annex: it calls itself an annex or a list that goes with another paper.
        belongs_to: number and sign of the paper it says it goes with.
        titled: a line in capitals stands in its upper part.
        begins_within: its first row goes on with a sentence, or counts on (``4.``, ``II.``, ``Điều 3``).
        runs_on: its last row stands at the foot and ends no sentence.
        closed: it bears a signature block or the list of recipients.
        side: of a card: front, back, both sides; empty for what is no card.
        numbers: identity numbers read on a card.
        heads: how many papers begin on it, as far as national names and fronts of cards tell.
        words: how many stand on it.
        separator: what its separator code says.
        refused: why a code that looks like ours does not hold.
    """

    page: int
    blank: bool
    guess: Guess = UNKNOWN
    inches: tuple[float, float] = (0.0, 0.0)
    upright: bool = True
    motto: bool = False
    folio: Folio | None = None
    form: bool = False
    sign: str = ""
    annex: bool = False
    belongs_to: str = ""
    titled: bool = False
    begins_within: bool = False
    runs_on: bool = False
    closed: bool = False
    side: str = ""
    numbers: frozenset[str] = frozenset()
    heads: int = 1
    words: int = 0
    separator: SeparatorSheet | None = None
    refused: str = ""


def traits_of(page: PageText, papers: Papers) -> Traits:
    """Look at a page once; nothing of its words is kept but numbers and signs."""
    sheet = lay_out(page)
    separator, refused = _separator(page)
    size = (page.width / (page.dpi or 1), page.height / (page.dpi or 1))
    frame = {"page": page.page, "inches": (min(size), max(size)), "upright": page.height >= page.width}
    # A picture or foreign script is no empty back: it must not vanish behind another paper.
    bare = page.is_blank or not (sheet.rows or page.is_unread)
    blank = bare and not page.codes
    if blank or not sheet.rows:
        return Traits(blank=blank, separator=separator, refused=refused, **frame)  # type: ignore[arg-type]
    guess = classify(sheet, papers)
    motto = has_motto(sheet)
    if separator is not None and (guess.title_row >= 0 or motto):
        # The code of a sheet on a paper makes no separator of it: its page would be lost.
        separator, refused = None, "on_paper"
    text = squash(" ".join(row.text for row in sheet.rows))
    machine = find_td1(sheet) if _FILLER in _lowest_text(sheet) else None
    card = bool(papers.spec(guess.type).sides) or machine is not None
    side = _side(guess, text, machine=machine is not None) if card else ""
    return Traits(
        blank=False,
        guess=guess,
        motto=motto,
        folio=_folio(sheet),
        form=_has_form_number(sheet),
        sign=_sign(sheet),
        annex=any(_is_annex(row) for row in sheet.rows if row.y < _TOP * sheet.height),
        belongs_to=_belongs_to(sheet),
        titled=any(_is_title(row) for row in sheet.rows if row.y < 0.45 * sheet.height),
        begins_within=_begins_within(sheet),
        runs_on=_runs_on(sheet),
        closed=_is_closed(sheet),
        side=side,
        numbers=_card_numbers(sheet, machine) if side else frozenset(),
        heads=_heads(sheet),
        words=sum(len(line.words) for line in page.lines),
        separator=separator,
        refused=refused,
        **frame,  # type: ignore[arg-type]
    )


def _separator(page: PageText) -> tuple[SeparatorSheet | None, str]:
    try:
        return sheet_of_codes([code.text for code in page.codes]), ""
    except SheetRefusedError as error:
        return None, error.reason


def _lowest_text(sheet: Sheet) -> str:
    """The lowest rows, where machine-readable lines stand."""
    return " ".join(row.text for row in sheet.rows[-_MACHINE_ROWS:])


def _side(guess: Guess, text: str, *, machine: bool) -> str:
    """Which side of a card."""
    front = guess.title_row >= 0 or any(phrase in text for phrase in _FRONT)
    back = machine or any(phrase in text for phrase in _BACK)
    if front and back:
        return "both"
    return "front" if front else "back"


def _card_numbers(sheet: Sheet, machine: Td1 | None) -> frozenset[str]:
    """Identity numbers in print, in the machine-readable zone, and in the card's own code."""
    found = {number for row in sheet.rows for number in _IDENTITY.findall(row.text.replace(" ", ""))}
    found |= {match[1] for code in sheet.codes if (match := _CARD_CODE.match(code.text))}
    return frozenset(found | ({machine.number} if machine is not None and machine.number else set()))


def _folio(sheet: Sheet) -> Folio | None:
    """The number that stands alone at the head or foot of a page, or beside ``Trang``."""
    best: Folio | None = None
    for row in sheet.rows:
        if _MARGIN * sheet.height < row.y < (1 - _MARGIN) * sheet.height:
            continue
        for segment in (row.tokens, *row.segments(sheet.text_height)):
            match = _FOLIO.match(fold(words_of(segment)).strip(" -–—.|"))
            if match is not None and 0 < int(match[1]) <= 500:
                total = int(match[2] or 0)
                if total and int(match[1]) > total:
                    continue
                if best is None or total:
                    best = Folio(int(match[1]), total)
    return best


def _has_form_number(sheet: Sheet) -> bool:
    top = (row for row in sheet.rows if row.y < 0.2 * sheet.height)
    return any(
        _FORM.match(fold(words_of(segment))) for row in top for segment in row.segments(sheet.text_height)
    )


def _sign(sheet: Sheet) -> str:
    found = next(numbers([sheet]), None)
    match = _SIGN.search(found.text) if found is not None else None
    return squash(match[0]) if match is not None else ""


def _belongs_to(sheet: Sheet) -> str:
    for row in sheet.rows:
        if row.y > 0.4 * sheet.height:
            break
        if "kem theo" in fold(row.text):
            match = _SIGN.search(row.text)
            return squash(match[0]) if match is not None else ""
    return ""


def _is_annex(row: Row) -> bool:
    return capitals_share(row.text) > 0.7 and squash(row.text).startswith(_ANNEX)


def _is_title(row: Row) -> bool:
    return capitals_share(row.text) > 0.8 and len(squash(row.text)) >= 8


def _printed_rows(sheet: Sheet) -> list[Row]:
    """Rows of text, page numbers and the scraps of seals left out."""
    return [row for row in sheet.rows if len(squash(row.text)) >= 10]


def _begins_within(sheet: Sheet) -> bool:
    rows = _printed_rows(sheet)
    first = rows[0].text.lstrip("-–—+•*\"'( ") if rows else ""
    return first[:1].islower() or _LATER.match(fold(first)) is not None


def _runs_on(sheet: Sheet) -> bool:
    """Whether running text reaches the foot of the page and ends no sentence there."""
    rows = [row for row in _printed_rows(sheet) if row.y < (1 - _FOOT) * sheet.height]
    if not rows or rows[-1].y < _LOW * sheet.height:
        return False
    return _is_running(rows[-1], sheet) and not rows[-1].text.rstrip().endswith((".", ";", ":", "/"))


def _is_running(row: Row, sheet: Sheet) -> bool:
    """A row of running text: it fills the width without a gap."""
    room = _WIDE * (sheet.text_right - sheet.left)
    return any(segment[-1].x1 - segment[0].x0 > room for segment in row.segments(sheet.text_height))


def _is_closed(sheet: Sheet) -> bool:
    """Whether a signature or the list of recipients stands behind the running text."""
    rows = [row for row in sheet.rows if row.y < (1 - _FOOT) * sheet.height]
    end = max((row.y for row in rows if _is_running(row, sheet)), default=0.0)
    if any(phrase in squash(row.text) for row in rows if row.y > end for phrase in _CLOSING):
        return True
    names = (block.name for block in signer_blocks([sheet]) if block.name is not None)
    return any(min(token.y for token in name.tokens) > end for name in names)


def _heads(sheet: Sheet) -> int:
    """National names that stand so far apart that they head different papers."""
    places: list[tuple[float, float]] = []
    for row in sheet.rows:
        for segment in row.segments(sheet.text_height, gap=1.6):
            text = squash(words_of(segment))
            if len(text) >= 18 and alike(NATION, text[-len(NATION) :], at_least=0.8):
                places.append(((segment[0].x0 + segment[-1].x1) / 2 / sheet.width, row.y / sheet.height))
    return max(1, _apart(places))


def _apart(places: Sequence[tuple[float, float]]) -> int:
    kept: list[tuple[float, float]] = []
    for x, y in places:
        if all(abs(x - other_x) > 0.4 or abs(y - other_y) > 0.22 for other_x, other_y in kept):
            kept.append((x, y))
    return len(kept)
