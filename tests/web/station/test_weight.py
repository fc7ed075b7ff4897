"""The first view of every page weighs little: an office's line is slow, and its PC is old."""

from __future__ import annotations

import re

from dossier.staff import StaffRole
from tests.web.station.browser import Browser
from tests.web.station.people import Staff
from web.station.app import all_screens
from web.station.pages import Page

MOST = 150_000
"""Bytes that come over the line, style and scripts included, nothing compressed."""
NO_VIEWS = {Page.ASSETS, Page.LANGUAGE, Page.SIGN_OUT}


def views() -> set[str]:
    """Addresses of pages that somebody may begin with."""
    return {
        screen.path
        for screen in all_screens()
        if screen.method == "GET" and "{" not in screen.path and screen.page not in NO_VIEWS
    } - {"/favicon.ico"}


def test_the_first_view_of_every_page_is_light(browser: Browser, staff: Staff) -> None:
    staff.inside(browser, *StaffRole)
    weights = {}
    for path in sorted(views()):
        told = browser.open(path)
        assets = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', told.text))
        weights[path] = len(told.content) + sum(len(browser.open(one).content) for one in assets)
    assert {path: weight for path, weight in weights.items() if weight > MOST} == {}
    assert weights["/"] > 50_000
