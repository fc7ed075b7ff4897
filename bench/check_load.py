"""People at the check station as a load: a process of its own, and a cheap one.

Each person looks at the pictures, thinks, answers, and so on. Some correct a name, so that there is something
to find again in the records. Everything that the station acknowledged is written down.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlencode

from bench.check_stage import COOKIE, form_of

RAMP_S: Final = 60.0
_PATIENCE_S: Final = 30.0
_CORRECTED: Final = 0.2
"""Share of names that people correct."""


class _NothingCameError(EOFError):
    """The other side had hung up before it said anything."""


@dataclass(slots=True)
class Told:
    """What came back, by kind of request: when, seconds it took, and status."""

    answers: list[tuple[float, float, int]] = field(default_factory=list)
    opened: list[tuple[float, float, int]] = field(default_factory=list)
    pictures: list[tuple[float, float, int]] = field(default_factory=list)


@dataclass(slots=True)
class Answer:
    """An answer that the station took: who, about which paper and question, and what they said."""

    person: int
    paper: str
    question: str
    value: str


class Person:
    """One browser with one connection that stays open."""

    def __init__(self, number: int, token: str, place: tuple[str, int], think: tuple[float, float]) -> None:
        self.number = number
        self._token = token
        self._place = place
        self._think = think
        self._random = random.Random(number)  # noqa: S311 - people, no secrets
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.told = Told()
        self.taken: list[Answer] = []
        self.held: list[tuple[float, float, str]] = []
        self._paper, self._since = "", 0.0
        self._began = time.monotonic()

    async def work(self, until: float) -> None:
        """Take papers and answer until then; who finds nothing looks again after a while."""
        # People sit down one after the other.
        await asyncio.sleep(self._random.uniform(0, min(RAMP_S, until - time.monotonic())))
        page = ""
        while time.monotonic() < until:
            paper, form = form_of(page)
            if not paper:
                page = await self._begin(form.get("csrf", ""))
                if not form_of(page)[0]:
                    await asyncio.sleep(self._think[1])
                continue
            if paper != self._paper:
                self._note(paper)
                await self._look(f"/check/{paper}/pages/1")
            await self._look(f"/check/{paper}/strips/{form['question']}")
            await asyncio.sleep(self._random.uniform(*self._think))
            page = await self._answer(paper, form) or page
        self._note("")
        await self._hang_up()

    async def _hang_up(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _note(self, paper: str) -> None:
        now = time.time()
        if self._paper:
            self.held.append((self._since, now, self._paper))
        self._paper, self._since = paper, now

    async def _begin(self, csrf: str) -> str:
        if not csrf:
            status, _, body = await self._send("GET", "/check", self.told.opened)
            csrf = form_of(body.decode())[1]["csrf"] if status == 200 else ""
        status, location, _ = await self._send("POST", "/check/next", self.told.opened, {"csrf": csrf})
        if status != 303 or "done=" in location:
            return ""
        _, _, body = await self._send("GET", location, self.told.opened)
        return body.decode()

    async def _look(self, path: str) -> None:
        await self._send("GET", path, self.told.pictures)

    async def _answer(self, paper: str, form: dict[str, str]) -> str:
        if form["question"] == "full_name" and self._random.random() < _CORRECTED:
            form = {**form, "value": f"{form['value']} Anh"}
        status, _, body = await self._send("POST", f"/check/{paper}", self.told.answers, form)
        if status in (200, 204):
            self.taken.append(Answer(self.number, paper, form["question"], form["value"]))
            return body.decode() or "<gone>"
        if status == 503:
            await asyncio.sleep(1.0)
            return ""
        return "<lost>"

    async def _send(
        self, method: str, path: str, into: list[tuple[float, float, int]], form: dict[str, str] | None = None
    ) -> tuple[int, str, bytes]:
        began = time.perf_counter()
        try:
            answer = await asyncio.wait_for(self._ask(method, path, form), _PATIENCE_S)
        except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError):
            await self._hang_up()
            answer = (0, "", b"")
        into.append((time.monotonic() - self._began, time.perf_counter() - began, answer[0]))
        return answer

    async def _ask(self, method: str, path: str, form: dict[str, str] | None) -> tuple[int, str, bytes]:
        was_open = self._writer is not None and not self._writer.is_closing()
        try:
            return await self._put(method, path, form)
        except (ConnectionError, _NothingCameError):
            if not was_open:
                raise
            # The station hung up on a connection that lay idle; a browser sends again over a new one.
            await self._hang_up()
            return await self._put(method, path, form)

    async def _put(self, method: str, path: str, form: dict[str, str] | None) -> tuple[int, str, bytes]:
        if self._writer is None or self._writer.is_closing():
            await self._hang_up()
            self._reader, self._writer = await asyncio.open_connection(*self._place)
        host = f"{self._place[0]}:{self._place[1]}"
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Cookie: {COOKIE}={self._token}"]
        body = urlencode(form).encode() if form is not None else b""
        if form is not None:
            lines += [
                f"Origin: http://{host}",
                "Sec-Fetch-Site: same-origin",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        if "question" in (form or {}):
            lines.append("HX-Request: true")
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        return await self._read()

    async def _read(self) -> tuple[int, str, bytes]:
        if self._reader is None:
            raise EOFError
        try:
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError as error:
            raise (EOFError if error.partial else _NothingCameError) from error
        first, *rest = head.split("\r\n")
        told = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        body = await self._reader.readexactly(int(told.get("content-length", "0")))
        if told.get("connection", "") == "close":
            await self._hang_up()
        return int(first.split()[1]), told.get("location", told.get("hx-redirect", "")), body


async def run(wanted: dict[str, object]) -> list[Person]:
    """Everybody at work for so long."""
    host, port = str(wanted["host"]), int(str(wanted["port"]))
    low, high, seconds = (float(str(wanted[name])) for name in ("think_from", "think_to", "seconds"))
    tokens = cast("list[str]", wanted["tokens"])
    everybody = [Person(n, token, (host, port), (low, high)) for n, token in enumerate(tokens)]
    until = time.monotonic() + seconds
    await asyncio.gather(*(person.work(until) for person in everybody))
    return everybody


def told(everybody: list[Person]) -> dict[str, list[Any]]:
    """What came, as it is written down."""
    return {
        "answers": [one for person in everybody for one in person.told.answers],
        "opened": [one for person in everybody for one in person.told.opened],
        "pictures": [one for person in everybody for one in person.told.pictures],
        "taken": [
            [one.person, one.paper, one.question, one.value] for person in everybody for one in person.taken
        ],
        "held": [[person.number, *one] for person in everybody for one in person.held],
    }


def main(place: Path) -> None:
    """Read what to do, do it, write down what came."""
    everybody = asyncio.run(run(json.loads(place.read_text("utf-8"))))
    place.with_suffix(".came").write_text(json.dumps(told(everybody)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
