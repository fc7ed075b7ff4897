"""``python -m bench.first_views --url postgresql://…``: every page of the station on a filled database.

The database is one that ``python -m bench.index --on postgresql --url …`` has filled. For each page that
needs no code of a paper or dossier in its address: server time of the request, in this process, and what a
browser gets over the wire for its first view, style and scripts included. Pages that must be asked something
are asked about a person of the filled database. Exit code 1 where a page takes longer or weighs more than it
may.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from sqlalchemy.engine import make_url

from bench.index.measure import quantile
from bench.index.people import Shape, name_of, names_of, number_of
from bench.reuse_service import stage
from dossier.admission import FieldScope
from dossier.staff import StaffRole, StaffScopes, Stage
from flows.staff import sessions
from flows.staff.accounts import accounts, add_account, change_scopes
from flows.staff.passwords import Passwords
from web.station.app import Site, all_screens, build_site
from web.station.pages import Page

MOST_BYTES: Final = 150_000
MOST_MS: Final = 300.0
"""Of the 95th of a hundred requests: what an office on an old PC waits for is the page, not the server."""
_ORIGIN: Final = "http://127.0.0.1"
_LOGIN: Final = "bench.moi.vai"
_NO_VIEWS: Final = {Page.ASSETS, Page.LANGUAGE, Page.SIGN_IN, Page.SIGN_OUT}
_NOT_BY_ITSELF: Final = {"/favicon.ico", "/second/field"}
"""No page, and one that leads elsewhere when nothing lies on the table."""
_ASSET: Final = re.compile(r'(?:src|href)="(/assets/[^"]+)"')


@dataclass(frozen=True, slots=True)
class View:
    """What one page took: milliseconds of each request, bytes of the page and of all that it names."""

    name: str
    waits: tuple[float, ...]
    page: int
    all: int

    @property
    def p95(self) -> float:
        """Server time that 19 of 20 requests kept within, in milliseconds."""
        return quantile(self.waits, 0.95)


def main(arguments: Sequence[str] | None = None) -> int:
    """Open each page so many times; 1 when one is too slow or too heavy."""
    parser = argparse.ArgumentParser(prog="python -m bench.first_views", description=__doc__)
    parser.add_argument("--url", required=True, help="a PostgreSQL database filled by bench.index")
    parser.add_argument("--folder", type=Path, default=Path("bench/out/first_views"))
    parser.add_argument("--documents", type=int, default=10_000_000, help="as it was filled with")
    parser.add_argument("--times", type=int, default=40)
    asked = parser.parse_args(arguments)
    data = (asked.folder / str(make_url(asked.url).database)).absolute()
    with stage.open_services(data, asked.url) as services:
        site = build_site(services)
        views = asyncio.run(_look(site, _token(site), Shape(asked.documents), times=asked.times))
    say = sys.stdout.write
    say(f"{asked.documents:,} papers, load {os.getloadavg()[0]:.1f}\n")
    say(f"{'page':<28}{'p50 ms':>9}{'p95 ms':>9}{'page kB':>9}{'view kB':>9}\n")
    for view in views:
        say(
            f"{view.name:<28}{quantile(view.waits, 0.5):>9.1f}{view.p95:>9.1f}"
            f"{view.page / 1000:>9.1f}{view.all / 1000:>9.1f}\n"
        )
    bad = [view.name for view in views if view.p95 > MOST_MS or view.all > MOST_BYTES]
    say(f"above {MOST_MS:.0f} ms or {MOST_BYTES / 1000:.0f} kB: {', '.join(bad) or 'none'}\n")
    return 1 if bad else 0


def _token(site: Site) -> str:
    """Somebody of every role is inside."""
    services = site.station.context.services
    scopes = StaffScopes(
        roles=frozenset(StaffRole), offices=("*",), procedures=("*",), fields=FieldScope.SENSITIVE
    )
    known = [one for one in accounts(services) if one.login == _LOGIN]
    if known:
        account = change_scopes(services, known[0], scopes)
    else:
        account = add_account(services, _LOGIN, "Mẫu Mọi Vai", scopes, passwords=Passwords()).account
    return sessions.begin(services, actor=account.actor, stage=Stage.OPEN).token


async def _look(site: Site, token: str, shape: Shape, *, times: int) -> Sequence[View]:
    cookies = {"motlan-station": token}
    paths = sorted(
        {
            screen.path
            for screen in all_screens()
            if screen.method == "GET" and "{" not in screen.path and screen.page not in _NO_VIEWS
        }
        - _NOT_BY_ITSELF
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url=_ORIGIN, cookies=cookies
    ) as client:
        views = [await _view(client, path, times=times) for path in paths]
        for name, path, form in _questions(shape):
            views.append(await _view(client, path, times=times, form=form, name=name))
        return views


def _questions(shape: Shape) -> Sequence[tuple[str, str, dict[str, str]]]:
    person = shape.people // 2
    number, name = number_of(person), names_of(shape)[name_of(person, shape)]
    archive = {"ground": "luu_tru"}
    return [
        ("/citizen by number", "/citizen", {"who": number, **archive}),
        ("/citizen by name", "/citizen", {"who": name, **archive}),
    ]


async def _view(
    client: httpx.AsyncClient, path: str, *, times: int, form: dict[str, str] | None = None, name: str = ""
) -> View:
    waits, told = [], await client.get(path)
    found = re.search(r'name="csrf" value="([^"]*)"', told.text)
    csrf = {"csrf": found[1] if found else ""}
    for _ in range(times):
        began = time.perf_counter()
        if form is None:
            told = await client.get(path)
        else:
            told = await client.post(path, data=form | csrf, headers={"Origin": _ORIGIN})
        waits.append(1000 * (time.perf_counter() - began))
        if told.status_code != httpx.codes.OK:
            raise SystemExit(f"{path}: {told.status_code} {told.text[-600:]}")
    assets = [await client.get(one) for one in sorted(set(_ASSET.findall(told.text)))]
    page = len(told.content)
    return View(name or path, tuple(waits), page, page + sum(len(one.content) for one in assets))


if __name__ == "__main__":
    sys.exit(main())
