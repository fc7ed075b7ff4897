"""How a campaign stands as one picture (SVG): whole, by year, by office, by type, papers day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, StrictUndefined

from dossier.errors import Lang

if TYPE_CHECKING:
    from flows.campaigns import Stand

_MOST_ROWS: Final = 8
_MOST_DAYS: Final = 30


def picture_bytes(stand: Stand, lang: Lang, *, label: Callable[[str], str]) -> bytes:
    """The picture, UTF-8; texts are escaped, boxes and operators are left out."""
    vi, progress = lang == "vi", stand.progress
    several = "nhiều" if vi else "several"
    by_type = [(label(type_) if type_ else "", counts) for type_, counts in progress.by_type.items()]
    groups = (
        ("Theo năm" if vi else "By year", _rows(progress.by_year.items(), several)),
        ("Theo cơ quan" if vi else "By office", _rows(progress.by_office.items(), several)),
        ("Theo loại" if vi else "By type", _rows(by_type, several)),
    )
    days = sorted(progress.by_day.items())[-_MOST_DAYS:]
    share = float(progress.share or 0) * 100
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = (files("cli") / "templates" / "campaign.svg.j2").read_text("utf-8")
    text = environment.from_string(source).render(
        title=stand.campaign.name,
        told=f"{stand.campaign.office}: {progress.papers:,}/{progress.results:,} ({share:.1f} %)",
        share=share,
        target=float(stand.target) * 100,
        target_words=f"{'chỉ tiêu' if vi else 'target'} {stand.year}: {float(stand.target) * 100:.0f} %",
        groups=groups,
        days=[(f"{on:%d.%m}", count) for on, count in days],
        most=max((count for _, count in days), default=1),
        days_title="Giấy tờ mỗi ngày" if vi else "Papers a day",
    )
    return text.encode()


def _rows(
    counts: Iterable[tuple[object, tuple[int, int]]], several: str
) -> list[tuple[str, int, int, float]]:
    """Name, digitised, counted, share in percent; the largest first."""
    largest = sorted(counts, key=lambda one: (-one[1][0], str(one[0])))[:_MOST_ROWS]
    return [
        (str(name or several), done, counted, 100 * min(done, counted) / counted if counted else 0.0)
        for name, (counted, done) in largest
    ]
