"""The end of a paper: who signed, in which capacity, and for which agency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extraction.evidence import Passage
from extraction.folding import capitals_share, fold
from extraction.layout import Sheet, Token
from extraction.values.names import is_syllable, read_name

_ROLES = (
    "chu tich", "giam doc", "truong", "pho ", "chanh", "bo truong", "thu truong", "cuc ", "tong cuc",
    "kt.", "tm.", "tl.", "tuq.", "q.", "kt ", "tm ", "tl ", "tuq ", "nguoi ky", "cong chung vien",
    "hieu truong",    "thu tuong", "vien truong", "chi huy", "nguoi co tham quyen",
)  # fmt: skip
_AGENCIES = ("uy ban nhan dan", "van phong dang ky", "chi nhanh", "so tai nguyen", "so nong nghiep", "phong ",
             "ubnd")  # fmt: skip
_NOISE = ("ky ten", "ky, ", "(ky", "ghi ro", "dong dau", "ho, chu dem", "ho ten", "mau ", "vo", "chong")
_REACH = 14.0
_RIGHT = 0.54
_ROLE_ALONE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerBlock:
    """The signer's part of a page: the capital lines over the signature and the name under it."""

    page: int
    lines: tuple[tuple[Token, ...], ...]
    name: Passage | None


def signer_blocks(sheets: Sequence[Sheet]) -> tuple[SignerBlock, ...]:
    """Every block of role lines in the right half of the paper's pages, in reading order."""
    return tuple(
        SignerBlock(page=sheet.page, lines=lines, name=_name_under(sheet, row, centre=_centre(lines[-1])))
        for sheet in sheets
        for lines, row in _role_groups(sheet)
    )


def last_signer(blocks: Sequence[SignerBlock]) -> SignerBlock | None:
    """Who signs the paper: the last block with a name under it, else the last."""
    named = [block for block in blocks if block.name is not None] or list(blocks)
    return named[-1] if named else None


def role_passage(block: SignerBlock) -> Passage | None:
    """The lines that say the signer's capacity (``KT. CHỦ TỊCH`` / ``PHÓ CHỦ TỊCH``)."""
    tokens = tuple(token for line in block.lines for token in line)
    return (
        Passage(page=block.page, tokens=tokens, quality=0.95 if block.name is not None else _ROLE_ALONE)
        if tokens
        else None
    )


def signing_agency(blocks: Sequence[SignerBlock]) -> Passage | None:
    """The agency that stands over the first signer's capacity, as on land certificates."""
    found = (_agency_passage(block) for block in blocks)
    return next((passage for passage in found if passage is not None), None)


def _agency_passage(block: SignerBlock) -> Passage | None:
    lines: list[tuple[Token, ...]] = []
    for printed in block.lines:
        # "TM. ỦY BAN NHÂN DÂN": in the name of the agency that follows.
        line = printed[1:] if printed[0].plain == "tm" else printed
        text = fold(" ".join(token.text for token in line))
        if text.startswith(_AGENCIES) or (lines and not _is_role(text)):
            lines.append(line)
        else:
            break
    tokens = [token for line in lines for token in line]
    return Passage(page=block.page, tokens=tuple(tokens), quality=0.9) if tokens else None


def _role_groups(sheet: Sheet) -> list[tuple[tuple[tuple[Token, ...], ...], int]]:
    """Runs of capital lines with a role word, each with the index of its last row."""
    groups: list[tuple[tuple[tuple[Token, ...], ...], int]] = []
    lines: list[tuple[Token, ...]] = []
    last, last_y = -1, 0.0
    for index, row in enumerate(sheet.rows):
        line = _capital_line(row.segments(sheet.text_height), sheet)
        near = not lines or (
            row.y - last_y < 3.4 * sheet.text_height
            and line is not None
            and abs(_centre(line) - _centre(lines[-1])) < 0.12 * sheet.width
        )
        if lines and not near and (line is not None or row.y - last_y > 3.4 * sheet.text_height):
            groups.append((tuple(lines), last))
            lines = []
        if line is not None:
            lines.append(line)
            last, last_y = index, row.y
    if lines:
        groups.append((tuple(lines), last))
    return [group for group in groups if any(_is_role(fold(_text(line))) for line in group[0])]


def _capital_line(segments: Sequence[Sequence[Token]], sheet: Sheet) -> tuple[Token, ...] | None:
    """The rightmost segment in capitals whose middle is right of the page's middle left."""
    for segment in reversed(segments):
        tokens = tuple(token for token in segment if token.plain)
        if not tokens or _centre(tokens) < _RIGHT * sheet.width:
            continue
        text = _text(tokens)
        if capitals_share(text) > 0.85 and sum(len(token.plain) for token in tokens) >= 5:
            return tokens
    return None


def _name_under(sheet: Sheet, row: int, *, centre: float) -> Passage | None:
    """The name in title case under the role lines."""
    top = sheet.rows[row].y
    names: list[Passage] = []
    for below in sheet.rows[row + 1 :]:
        if below.y - top > _REACH * 3 * sheet.text_height:
            break
        for segment in below.segments(sheet.text_height, gap=1.6):
            passage = Passage(page=sheet.page, tokens=segment, quality=0.96)
            near = abs(_centre(segment) - centre) < 0.14 * sheet.width
            if near and _is_name(passage):
                names.append(passage)
    return max(names, key=_sureness, default=None)


def _is_name(passage: Passage) -> bool:
    text = passage.text
    words = text.split()
    if not 2 <= len(words) <= 6 or capitals_share(text) > 0.7 or fold(text).startswith(_NOISE):
        return False
    reading = read_name(text)
    return reading is not None and reading.end - reading.start >= len(text) - 2 and len(text) >= 6


def _sureness(passage: Passage) -> float:
    words = passage.text.split()
    shaped = sum(is_syllable(word) for word in words) / len(words)
    return sum(token.confidence for token in passage.tokens) / len(passage.tokens) * (0.6 + 0.4 * shaped)


def _is_role(text: str) -> bool:
    return text.startswith(_ROLES) or any(role in text for role in ("chu tich", "giam doc", "nguoi ky"))


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _centre(tokens: Sequence[Token]) -> float:
    return (tokens[0].x0 + tokens[-1].x1) / 2
