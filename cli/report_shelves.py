"""Dossiers on shelves as ``motlan report`` tells them: how many days one, four, sixteen machines need."""

from __future__ import annotations

from collections.abc import Iterator

from cli.words import printable
from dossier.errors import Lang
from rulebook.shelves import PageCost, Shelves, days_of

_SHELVES: dict[Lang, dict[str, str]] = {
    "vi": {
        "example": "{name} (ví dụ, chưa khai trong plans/*.toml)",
        "head": "  Hồ sơ tồn: {name}: {dossiers} hồ sơ × {pages} trang; máy {cores} nhân, {hours} giờ/ngày",
        "unmeasured": "      Chưa đo: kho này chưa đọc trang nào.",
        "cost": "      Đo ở kho này: {seconds} giây CPU mỗi trang ({pages} trang)",
        "days": "      {machines:>3} máy: {days} ngày",
        "writer": " (giới hạn ở một nơi ghi của kho: thêm máy không nhanh hơn)",
    },
    "en": {
        "example": "{name} (an example, none told in plans/*.toml)",
        "head": "  Backlog: {name}: {dossiers} dossiers × {pages} pages; {cores} cores, {hours} h/day each",
        "unmeasured": "      Not measured: this store has read no page yet.",
        "cost": "      Measured here: {seconds} CPU s a page ({pages} pages)",
        "days": "      {machines:>3} machine(s): {days} days",
        "writer": " (held up by the store's one writer: more machines do not help)",
    },
}


def shelves_lines(shelves: Shelves, cost: PageCost | None, lang: Lang) -> Iterator[str]:
    """What lies on shelves, and the days by machines as measured here.

    Args:
        shelves: of a plan.
        cost: of a page of this installation; nothing before it read one.
        lang: of the lines.
    """
    words = _SHELVES[lang]
    name = words["example"].format(name=shelves.name) if shelves.example else printable(shelves.name)
    yield words["head"].format(
        name=name,
        dossiers=_grouped(shelves.dossiers, lang),
        pages=f"{float(shelves.pages):g}",
        cores=shelves.cores,
        hours=f"{float(shelves.hours):g}",
    )
    if cost is None:
        yield words["unmeasured"]
        return
    yield words["cost"].format(seconds=_number(float(cost.read + cost.file), lang), pages=cost.pages)
    for one in days_of(shelves, cost):
        days = _grouped(max(1, round(one.days)), lang)
        yield words["days"].format(machines=one.machines, days=days) + (
            words["writer"] if one.one_writer else ""
        )


def _number(value: float, lang: Lang) -> str:
    text = f"{value:.2f}"
    return text.replace(".", ",") if lang == "vi" else text


def _grouped(number: int, lang: Lang) -> str:
    text = f"{number:,}"
    return text.replace(",", ".") if lang == "vi" else text
