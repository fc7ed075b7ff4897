"""Beside every screen stands its help, in both languages; without a script it unfolds too."""

from __future__ import annotations

import re

import pytest

from dossier.staff import StaffRole
from tests.web.station.browser import Browser
from tests.web.station.people import Staff
from web.station.pages import Page
from web.station.views import environment, help_of
from web.station.words import LANGUAGES

BY_THEMSELVES = {Page.ASSETS, Page.LANGUAGE, Page.SHORTCUTS, Page.SIGN_OUT}
"""Pages that show nothing to be helped with."""


@pytest.mark.parametrize("page", [page for page in Page if page not in BY_THEMSELVES])
def test_every_screen_has_its_help_in_both_languages(page: Page) -> None:
    assert all(help_of(page, lang) for lang in LANGUAGES)


def test_the_help_of_a_page_stands_on_it_in_the_chosen_language(browser: Browser, staff: Staff) -> None:
    staff.inside(browser, StaffRole.ONE_STOP)
    told = browser.open("/counter").text
    assert 'id="help"' in told
    assert "in phiếu cho công dân" in told
    assert "prints the slip" not in told
    browser.send("/language", {"lang": "en", "back": "/counter"})
    assert "prints the slip" in browser.open("/counter").text


def test_a_page_that_is_not_there_has_no_help(browser: Browser) -> None:
    assert 'id="help"' not in browser.open("/nowhere").text


@pytest.mark.parametrize("page", [page for page in Page if page not in BY_THEMSELVES])
def test_both_languages_name_the_same_keys(page: Page) -> None:
    keys = [
        sorted(re.findall(r"<kbd>([^<]+)</kbd>", environment().get_template(help_of(page, lang)).render()))
        for lang in LANGUAGES
    ]
    assert keys[0] == keys[1]
