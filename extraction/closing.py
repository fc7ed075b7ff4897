"""The end of a paper: who signed, in which capacity, and for which agency."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extraction.evidence import Passage
from extraction.folding import capitals_share, fold
from extraction.layout import Sheet, Token, words_of
from extraction.values.names import is_syllable, read_name, title_word
from rulebook.names import load_names

_ROLES = (
    "chu tri", "chu toa", "nguoi chu tri", "cong chuc", "can bo", "nguoi thuc hien", "truong doan",
    "to truong", "nguoi ket luan", "bac si ket luan",
    "chu tich", "giam doc", "truong", "pho ", "chanh", "bo truong", "thu truong", "cuc ", "tong cuc",
    "kt.", "tm.", "tl.", "tuq.", "q.", "kt ", "tm ", "tl ", "tuq ", "nguoi ky", "cong chung vien",
    "hieu truong",    "thu tuong", "vien truong", "chi huy", "nguoi co tham quyen",
)  # fmt: skip
_AGENCIES = ("uy ban nhan dan", "van phong dang ky", "chi nhanh", "so tai nguyen", "so nong nghiep", "phong ",
             "ubnd")  # fmt: skip
_CHAIRS = ("chu tri", "chu toa", "nguoi chu tri")
_NOISE = (
    "ky ten", "ky, ", "(ky", "ghi ro", "dong dau", "ho, chu dem", "ho ten",
    "mau so", "noi nhan", "luu:",
)  # fmt: skip
_RANKS = re.compile(
    r"^(?:(?:Đại|Thượng|Trung|Thiếu)\s+(?:tướng|tá|úy)\s+|(?:PGS|GS|TS|ThS|BS|BSCKI{1,2}|CN|KS|Dr)\.\s*)+",
    re.IGNORECASE,
)
# Heights of the text from the capacity down to the name: room for the signature and the seal.
_REACH = 42.0
# Share of the width right of which signers stand, and of the height above which those named decide, not sign.
_RIGHT, _UPPER = 0.54, 0.42
# Quality of a capacity without a name under it.
_ROLE_ALONE = 0.5
# Least mean confidence of a line in capitals that is no known capacity: rings of seals are read below it.
_LEAST_LINE = 0.5
_NAME_WORDS = (2, 6)
# What a run of words under a capacity gains as the name (_likeness): each word what its confidence is above
# that of no word, syllables of names, a known surname; each height off the centre costs.
_OFF_CENTRE = 0.08
_FREE_OFF_CENTRE = 0.4
_WORD_BONUS = 0.5
_NO_WORD = 0.45
_SHAPE = 0.8
_FAMILY = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerBlock:
    """The signer's part of a page: the capital lines over the signature and the name under it.

    ``upper`` tells that it stands where papers name who decides, not who signs.
    """

    page: int
    lines: tuple[tuple[Token, ...], ...]
    name: Passage | None
    upper: bool


def signer_blocks(sheets: Sequence[Sheet]) -> tuple[SignerBlock, ...]:
    """Every block of role lines in the right half of the paper's pages, in reading order."""
    return tuple(
        SignerBlock(
            page=sheet.page,
            lines=lines,
            name=_name_under(sheet, row, centre=_centre(lines[-1])),
            upper=sheet.rows[row].y < _UPPER * sheet.height,
        )
        for sheet in sheets
        for lines, row in _role_groups(sheet)
    )


def last_signer(blocks: Sequence[SignerBlock]) -> SignerBlock | None:
    """Who signs the paper: who chaired a meeting, else the last block with a name under it, else the last."""
    named = [block for block in blocks if block.name is not None] or [
        block for block in blocks if not block.upper
    ]
    chairs = [block for block in named if fold(words_of(block.lines[0])).startswith(_CHAIRS)]
    return (chairs or named)[-1] if named else None


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
        # "TM. ỦY BAN NHÂN DÂN": in the name of the agency that follows, or of the one already named above.
        if lines and printed[0].plain == "tm":
            break
        line = printed[1:] if printed[0].plain == "tm" else printed
        text = fold(words_of(line))
        if text.startswith(_AGENCIES) or (lines and not _is_role(text)):
            lines.append(line)
        else:
            break
    tokens = [token for line in lines for token in line]
    return Passage(page=block.page, tokens=tuple(tokens), quality=0.9) if tokens else None


def _role_groups(sheet: Sheet) -> list[tuple[tuple[tuple[Token, ...], ...], int]]:
    """Runs of capital lines with a role word, each with the index of its last row."""
    open_: list[tuple[list[tuple[Token, ...]], int]] = []
    done: list[tuple[list[tuple[Token, ...]], int]] = []
    for index, row in enumerate(sheet.rows):
        ended = [group for group in open_ if row.y - sheet.rows[group[1]].y > 3.4 * sheet.text_height]
        done += ended
        open_ = [group for group in open_ if group not in ended]
        for line in _capital_lines(row.segments(sheet.text_height), sheet):
            over = next(
                (
                    number
                    for number, (lines, _) in enumerate(open_)
                    if abs(_centre(line) - _centre(lines[-1])) < 0.12 * sheet.width
                ),
                None,
            )
            if over is None:
                open_.append(([line], index))
            else:
                open_[over] = ([*open_[over][0], line], index)
    groups = sorted(((tuple(lines), last) for lines, last in (*done, *open_)), key=lambda group: group[1])
    roles = [group for group in groups if any(_is_role(fold(words_of(line))) for line in group[0])]
    # No office that we know: capitals low on the page with a name under them are a signer's all the same.
    return roles or [
        group
        for group in groups
        if sheet.rows[group[1]].y > _UPPER * sheet.height
        and _name_under(sheet, group[1], centre=_centre(group[0][-1])) is not None
    ]


def _capital_lines(segments: Sequence[Sequence[Token]], sheet: Sheet) -> list[tuple[Token, ...]]:
    """Segments in capitals that stand where signers do: right of the middle, or a chair's anywhere."""
    found: list[tuple[Token, ...]] = []
    for segment in segments:
        tokens = tuple(token for token in segment if token.plain)
        text = words_of(tokens)
        if not tokens or capitals_share(text) <= 0.85 or sum(len(token.plain) for token in tokens) < 5:
            continue
        role = _is_role(fold(text))
        sure = sum(token.confidence for token in tokens) / len(tokens) >= _LEAST_LINE
        if (_centre(tokens) >= _RIGHT * sheet.width and (role or sure)) or fold(text).startswith(_CHAIRS):
            found.append(tokens)
    return found


def _name_under(sheet: Sheet, row: int, *, centre: float) -> Passage | None:
    """The name in title case under the role lines: the run of words that looks most like it.

    A pen stroke or a seal beside the name is often read as a word, which moves the run off the centre.
    """
    top = sheet.rows[row].y
    names: list[tuple[float, Passage]] = []
    for below in sheet.rows[row + 1 :]:
        if below.y - top > _REACH * sheet.text_height:
            break
        for segment in below.segments(sheet.text_height, gap=1.6):
            names += [
                (_likeness(passage, off=abs(_centre(passage.tokens) - centre) / sheet.text_height), passage)
                for passage in _runs(segment, page=sheet.page)
                if abs(_centre(passage.tokens) - centre) < 0.14 * sheet.width
            ]
    return max(names, key=lambda found: found[0], default=(0.0, None))[1]


def _runs(segment: Sequence[Token], *, page: int) -> Iterator[Passage]:
    """Every run of words of a segment that can be a name."""
    least, most = _NAME_WORDS
    for start in range(len(segment)):
        for end in range(start + least, min(len(segment), start + most + 3) + 1):
            passage = Passage(page=page, tokens=tuple(segment[start:end]), quality=0.96)
            if _is_name(passage):
                yield passage


def _is_name(passage: Passage) -> bool:
    text = _RANKS.sub("", passage.text)
    words = text.split()
    if not _NAME_WORDS[0] <= len(words) <= _NAME_WORDS[1] or fold(text).startswith(_NOISE):
        return False
    if capitals_share(text) > 0.7 or len(text) < 5 or any(_is_shout(word) for word in words):
        return False
    reading = read_name(text)
    return reading is not None and reading.end - reading.start >= len(text) - 1


def _is_shout(word: str) -> bool:
    """Whether a word is in capitals, as names under signatures are not: a piece of the seal's ring."""
    return len(word) > 1 and word.isalpha() and word.isupper()


def _likeness(passage: Passage, *, off: float) -> float:
    """How much a run of words looks like the signer's name; ``off`` is its way from the centre in heights."""
    words = passage.text.split()
    shaped = sum(is_syllable(word) for word in words) / len(words)
    sure = sum(token.confidence - _NO_WORD for token in passage.tokens)
    surnames = load_names().surnames
    first = title_word(words[0])
    family = _FAMILY if surnames.known(first) or surnames.likely(first)[0] else 0.0
    return family + _WORD_BONUS * sure + _SHAPE * shaped - _OFF_CENTRE * max(0.0, off - _FREE_OFF_CENTRE)


def _is_role(text: str) -> bool:
    return text.startswith(_ROLES) or any(role in text for role in ("chu tich", "giam doc", "nguoi ky"))


def _centre(tokens: Sequence[Token]) -> float:
    return (tokens[0].x0 + tokens[-1].x1) / 2
