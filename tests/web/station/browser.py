"""A browser without scripts for tests: keeps cookies, sends forms as the page has them, follows redirects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from lxml import html

from tests.web.office import Caller

ORIGIN: Final = "https://tram.mau.example"


class Browser(Caller):
    """One browser at one address."""

    def __init__(self, app: Any, *, origin: str = ORIGIN, address: str = "203.0.113.7") -> None:
        super().__init__(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 40000))
        self._client = httpx.AsyncClient(transport=transport, base_url=origin)
        self.origin = origin
        self.last: httpx.Response | None = None

    @property
    def cookies(self) -> httpx.Cookies:
        """What it keeps."""
        return self._client.cookies

    def open(self, path: str, **more: Any) -> httpx.Response:
        """A page, after all redirects."""
        self.last = self._runner.run(self._client.get(path, follow_redirects=True, **more))
        return self.last

    def send(
        self,
        path: str,
        fields: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
        **more: Any,
    ) -> httpx.Response:
        """A form that was not on a page, with the token of the last page unless another is given."""
        told = {"csrf": self.token(), **(fields or {})}
        said = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        self.last = self._runner.run(
            self._client.post(path, data=told, headers=said, follow_redirects=follow, **more)
        )
        return self.last

    def keep(self, session: str) -> None:
        """Be inside by a session that was opened elsewhere."""
        prefix = "__Host-" if self.origin.startswith("https:") else ""
        self._client.cookies.set(
            f"{prefix}motlan-station", session, domain=urlsplit(self.origin).hostname or ""
        )

    def token(self) -> str:
        """What forms of the last page carry."""
        if self.last is None:
            return ""
        found = re.search(r'name="csrf" value="([^"]*)"', self.last.text)
        return found[1] if found else ""

    def text(self) -> str:
        """The words of the last page."""
        return words(self.last)

    def where(self) -> str:
        """The path of the last page."""
        assert self.last is not None
        return urlsplit(str(self.last.url)).path


def words(response: httpx.Response | None) -> str:
    """What people read on a page, single spaces."""
    assert response is not None
    main = html.fromstring(response.content.decode()).xpath("//main")
    return " ".join(main[0].text_content().split()) if main else ""
