"""What stands in running text and tables: persons a decision names, trades, changes to land."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extraction.evidence import Passage
from extraction.folding import alike, fold, squash
from extraction.labels import LabelHit
from extraction.layout import Row, Sheet, Token

_PERSON = re.compile(
    r"(?<!\w)(?:ông\s*\(bà\)|ông/bà|ông|bà|anh|chị|cháu|hộ ông|hộ bà)\s*:?\s+(?=[A-ZĐÀ-Ỹ])", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?<![\d.])(?:(?:\d\s?){11}\d|(?:\d\s?){8}\d)(?![\d.]?\d)")
_TRADE_CODE = re.compile(r"^[A-Z]?\d{4,5}$")
_ORDER = re.compile(r"^\d{1,2}[.)]?$")
_NEAR = 160
_NAME_REACH = 60
_CHARGE_REACH = 16
_CHARGES = frozenset({"giao", "cong", "do", "va", "dong", "voi", "cua", "cu"})
_TABLE_HEAD = ("stt", "tennganh", "manganh", "nganhnghe")
_CHANGE_HEADS = ("noidungthaydoi", "xacnhancua", "coquancothamquyen", "cothamquyen", "cosophaply")
_ROWS = 24


def named_person(sheets: Sequence[Sheet], *, decides: bool) -> Iterator[tuple[Passage, Passage | None]]:
    """(text at name, text at number) of persons whom a paper is about, those with a number first.

    Args:
        sheets: of the paper.
        decides: the paper decides about the persons of its first article; elsewhere only who is named with
            an identity number is meant, the others are just mentioned.
    """
    alone: list[Passage] = []
    for sheet in sheets:
        whole = Passage(
            page=sheet.page, tokens=tuple(token for row in sheet.rows for token in row.tokens), quality=0.9
        )
        text = whole.text
        plain = fold(text)
        start = max(0, plain.find("dieu 1"))
        until = plain.find("dieu 2", start + 1)
        for match in _PERSON.finditer(text, start):
            name, digits = _person_at(whole, match)
            if digits is not None:
                yield name, digits
            elif (
                decides
                and "dieu 1" in plain
                and not 0 <= until < match.start()
                and not _in_charge(plain, match)
            ):
                alone.append(Passage(page=sheet.page, tokens=name.tokens, quality=0.6))
    for passage in alone:
        yield passage, None


def person_in(page: int, tokens: Sequence[Token]) -> tuple[Passage | None, Passage | None]:
    """(text at name, text at number) of the first person named in a part of a paper.

    Contracts name a party in a sentence: ``Ông Nguyễn Văn A, sinh năm 1970, CCCD số …``.
    """
    whole = Passage(page=page, tokens=tuple(tokens), quality=0.9)
    match = _PERSON.search(whole.text)
    start = match.end() if match is not None else 0
    number = _NUMBERED.search(whole.text, start)
    name = _person_at(whole, match)[0] if match is not None else None
    digits = (
        Passage(page=page, tokens=whole.between(number.start(), number.end()), quality=0.9)
        if number is not None
        else None
    )
    return name, digits


def _person_at(whole: Passage, match: re.Match[str]) -> tuple[Passage, Passage | None]:
    text = whole.text
    name = Passage(page=whole.page, tokens=whole.between(match.end(), match.end() + _NAME_REACH), quality=0.9)
    number = _NUMBERED.search(text, match.end(), match.end() + _NEAR)
    if number is None:
        return name, None
    return name, Passage(page=whole.page, tokens=whole.between(number.start(), number.end()), quality=0.9)


def _in_charge(plain: str, match: re.Match[str]) -> bool:
    """Whether a person is only given work to do: ``Giao ông …``, ``phân công bà …``."""
    before = plain[max(0, match.start() - _CHARGE_REACH) : match.start()].split()
    return bool(before) and before[-1] in _CHARGES


def trades(sheet: Sheet, label: LabelHit, *, end: int) -> Passage | None:
    """Rows of the table of trades under its label, the running number and the head left out.

    The code of each trade closes its part; parts are joined by ``;``.
    """
    tokens: list[Token] = []
    for row in sheet.rows[label.row + 1 : end]:
        plain = squash(row.text)
        if not plain or (not tokens and any(head in plain for head in _TABLE_HEAD)):
            continue
        tokens.extend(_without_order(row))
    if not any(_TRADE_CODE.match(token.text) for token in tokens):
        return None
    return Passage(page=sheet.page, tokens=tuple(_parted(tokens)), quality=0.85)


def changes(sheet: Sheet, label: LabelHit, *, end: int) -> Passage | None:
    """The left column of the table of changes; its right column is the authority's confirmation."""
    edge = sheet.right
    tokens: list[Token] = []
    for row in sheet.rows[label.row + 1 : min(end, label.row + 1 + _ROWS)]:
        confirm = _starts_with(row, "xacnhancua")
        if confirm is not None:
            edge = min(edge, confirm.x0 - 3 * sheet.text_height)
        left = [token for token in row.tokens if token.x1 <= edge and token.plain]
        plain = "".join(token.plain for token in left)
        if not left or (any(head in plain for head in _CHANGE_HEADS) and not tokens):
            continue
        tokens.extend(left)
    return Passage(page=sheet.page, tokens=tuple(tokens), quality=0.7) if tokens else None


def _without_order(row: Row) -> tuple[Token, ...]:
    printed = tuple(token for token in row.tokens if token.plain)
    return printed[1:] if len(printed) > 1 and _ORDER.match(printed[0].text) else printed


def _parted(tokens: Sequence[Token]) -> Iterator[Token]:
    """A trade's code is printed beside its first line; it moves behind the last, a semicolon after it."""
    parts: list[list[Token]] = [[]]
    codes: list[Token | None] = [None]
    for token in tokens:
        if _TRADE_CODE.match(token.text):
            if codes[-1] is not None:
                parts.append([])
                codes.append(None)
            codes[-1] = token
        elif codes[-1] is not None and token.text[:1].isupper() and _new_line(token, parts[-1]):
            parts.append([token])
            codes.append(None)
        else:
            parts[-1].append(token)
    for index, (part, code) in enumerate(zip(parts, codes, strict=True)):
        yield from part
        if code is not None:
            yield _closed(code) if index < len(parts) - 1 else code


def _new_line(token: Token, before: Sequence[Token]) -> bool:
    return bool(before) and token.y - before[-1].y > 0.5 * token.box.height


def _closed(token: Token) -> Token:
    return Token(
        text=f"{token.text};",
        plain=token.plain,
        colon=False,
        leader=token.leader,
        box=token.box,
        x0=token.x0,
        x1=token.x1,
        y=token.y,
        confidence=token.confidence,
    )


def _starts_with(row: Row, phrase: str) -> Token | None:
    for index, token in enumerate(row.tokens):
        text = "".join(other.plain for other in row.tokens[index : index + 4])[: len(phrase)]
        if alike(phrase, text, at_least=0.8):
            return token
    return None
