"""The plan of a country from measured unit costs: ``python -m bench.country [--prices FILE] [--picture
FILE.svg]``.

Nothing is measured here: CPU seconds and bytes come from ``bench/scale/unit_costs.json``
(``bench.scale_model``) and ``bench/scale/sizes.json`` (``bench.sizes``), people, papers and prices from
``bench/scale/prices.toml``.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from bench.scale.costs import KEPT, SIZES, UnitCosts, read_costs
from bench.scale.figures import put_figures

PRICES: Final = Path(__file__).parent / "scale" / "prices.toml"
_MEASURED: Final = {
    KEPT: "bench.scale_model --workers 1 --check --write",
    SIZES: "bench.sizes --write",
}
_TB: Final = 1e12
_HOUR: Final = 3600.0
_WIDTH, _ROW, _LABEL = 760, 34, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What is assumed: see ``bench/scale/prices.toml`` for the meaning and the units of each."""

    people: int
    papers: int
    pages_per_paper: float
    years: float
    stores: int
    hours_per_day: float
    days_per_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a country needs.

    Attributes:
        pages: to be read.
        rate: pages a second over all the years.
        cores: that read and file at that rate.
        writer: share of the time in which the writer of one store files; over 1 it does not keep up.
        most: pages a second that one store takes before its writer is the limit.
        machines: of the size that is assumed.
        object_tb: bytes of one copy, terabytes.
        objects: kept.
        database_tb: of one copy.
        rows_tb_store: database of one store, terabytes.
        costs: million đồng a year, by what for.
    """

    pages: float
    rate: float
    cores: float
    writer: float
    most: float
    machines: int
    object_tb: float
    objects: float
    database_tb: float
    rows_tb_store: float
    costs: dict[str, float]


def plan(
    country: Country, costs: UnitCosts, bytes_of_paper: float, prices: dict[str, dict[str, float]]
) -> Need:
    """Reckon.

    Args:
        country: what there is.
        costs: of a page, measured.
        bytes_of_paper: of tables and indexes, measured.
        prices: tables ``machine``, ``disk``, ``database`` of the assumptions.
    """
    pages = country.papers * country.pages_per_paper
    seconds = country.years * country.days_per_year * country.hours_per_day * _HOUR
    rate = pages / seconds
    cores = rate * costs.whole
    most = 1 / costs.file_mean
    machine, disk, database = prices["machine"], prices["disk"], prices["database"]
    machines = max(country.stores, math.ceil(cores / machine["cores"]))
    object_tb = pages * costs.object_bytes / _TB
    database_tb = country.papers * bytes_of_paper / _TB
    hours = country.days_per_year * country.hours_per_day
    return Need(
        pages=pages,
        rate=rate,
        cores=cores,
        writer=rate / country.stores / most,
        most=most,
        machines=machines,
        object_tb=object_tb,
        objects=pages * costs.objects,
        database_tb=database_tb,
        rows_tb_store=database_tb / country.stores,
        costs={
            "machines": machines * machine["price"] / machine["years"],
            "power": machines * machine["power_kw"] * machine["hall_per_kwh"] * hours,
            "objects": object_tb * disk["price_per_tb"] * disk["copies"] / disk["years"],
            "database": database_tb * database["price_per_tb"] * database["copies"] / database["years"],
        },
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the plan, and draw it where asked."""
    parser = argparse.ArgumentParser(prog="python -m bench.country", description=__doc__)
    parser.add_argument("--prices", type=Path, default=PRICES)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--into", type=Path, help="a page of the documentation that shows the plan")
    asked = parser.parse_args(arguments)
    told = tomllib.loads(asked.prices.read_text(encoding="utf-8"))
    country = Country(**told["country"])
    for path, command in _MEASURED.items():
        if not path.exists():
            sys.exit(f"{path.name} is not there: python -m {command} measures it.")
    costs = read_costs()
    tables = json.loads(SIZES.read_text(encoding="utf-8"))["tables"]
    bytes_of_paper = sum(one["table"] + one["indexes"] for one in tables.values())
    need = plan(country, costs, bytes_of_paper, told)
    table = _table(country, costs, bytes_of_paper, need)
    sys.stdout.write(table)
    if asked.into is not None:
        put_figures(asked.into, "country", table)
    if asked.picture is not None:
        parts = [(name, sum(one.values())) for name, one in tables.items()]
        asked.picture.parent.mkdir(parents=True, exist_ok=True)
        asked.picture.write_text(_drawn(sorted(parts, key=lambda one: -one[1])[:10]), encoding="utf-8")


def _table(country: Country, costs: UnitCosts, bytes_of_paper: float, need: Need) -> str:
    rows = [
        ("people, papers", f"{country.people:,}, {country.papers:,}"),
        ("pages", f"{need.pages:,.0f}"),
        ("CPU s a page, all", f"{costs.whole:.3f}"),
        (f"pages a second over {country.years:g} years", f"{need.rate:,.1f}"),
        ("cores at work", f"{need.cores:,.0f}"),
        ("machines", f"{need.machines:,}"),
        ("stores", f"{country.stores}"),
        ("most pages a second of one store (its one writer)", f"{need.most:.2f}"),
        ("share of its time in which that writer files", f"{need.writer:.0%}"),
        ("bytes of objects a page, one copy", f"{costs.object_bytes:,.0f}"),
        ("objects, one copy", f"{need.objects:,.0f}; {need.object_tb:,.0f} TB"),
        ("bytes of rows and indexes a paper", f"{bytes_of_paper:,.0f}"),
        ("databases, one copy", f"{need.database_tb:,.1f} TB; {need.rows_tb_store:,.2f} TB a store"),
        *((f"million đồng a year: {name}", f"{cost:,.0f}") for name, cost in need.costs.items()),
        ("million đồng a year: all", f"{sum(need.costs.values()):,.0f}"),
        ("đồng a page", f"{1e6 * sum(need.costs.values()) * country.years / need.pages:,.1f}"),
    ]
    return "".join(f"{name:<52}{value:>30}\n" for name, value in rows)


def _drawn(parts: Sequence[tuple[str, float]]) -> str:
    """Bars: bytes of one paper, the largest tables first."""
    most = max(size for _, size in parts)
    height = _ROW * len(parts) + 50
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" role="img">',
        '<g font-family="sans-serif" font-size="15">',
        "<title>Byte mỗi giấy tờ trong cơ sở dữ liệu, theo bảng (kể cả chỉ mục)</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        '<text x="16" y="28" font-weight="bold">Byte mỗi giấy tờ, theo bảng (kể cả chỉ mục)</text>',
    ]
    for place, (name, size) in enumerate(parts):
        top = 44 + place * _ROW
        width = (_WIDTH - _LABEL - 110) * size / most
        lines += [
            f'<text x="16" y="{top + 18}">{escape(name)}</text>',
            f'<rect x="{_LABEL}" y="{top + 4}" width="{width:.1f}" height="20" fill="#2a6f97"/>',
            f'<text x="{_LABEL + width + 8:.1f}" y="{top + 19}">{size:,.0f}</text>'.replace(",", "."),
        ]
    return "\n".join([*lines, "</g></svg>"]) + "\n"


if __name__ == "__main__":
    main()
