"""Pages that came out of a scanner, kept from that moment until they are handed in.

Each scan has a folder with an opaque name. What was declared for it is sealed like a record; each page is one
file, enciphered under a key of the scan, written beside, synced, renamed and synced again, so that a page is
there whole or not at all. Nothing here needs the writer's lock: a scanner does not wait for a batch.

scans/
└── 7f0c…/
    ├── scan.json        what was declared, sealed; and the key of the pages, wrapped
    ├── page-0001        a page
    ├── aside-0002-1     a page that was scanned again: kept until the scan is handed in
    ├── scan.lock        held by whoever works on it
    └── raw/             what the scanning program has just written, plain; gone once it is a page
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from dossier.error_base import StoreError
from dossier.errors import StoreBusyError
from dossier.ids import is_id
from dossier.scan_errors import ScanInUseError, ScanUnknownError
from storage.aead import KEY_BYTES, decrypt, encrypt
from storage.filesystem import FileLayer, SystemFiles, store_errors, write_private_file
from storage.lock import writer_lock
from storage.vault import Vault, WrappedKey

RandomBytes = Callable[[int], bytes]

_PAGE: Final = re.compile(r"page-(\d{4})")
_HEAD_BYTES: Final = 4
_GONE: Final = "gone-"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What is known about a page besides its picture.

    Attributes:
        number: 1-based, in the order of the scan.
        kind: ``jpeg``, ``png`` or ``tiff``.
        sha256: of the picture.
        dpi: pixels per inch.
        width, height: pixels.
        at: when it came out.
        run: which run of the feeder gave it, from 1.
        place: which page of that run it was, from 1.
    """

    number: int
    kind: str
    sha256: str
    dpi: int
    width: int
    height: int
    at: datetime
    run: int
    place: int


class Scan:
    """One scan that is not handed in yet."""

    def __init__(self, folder: Path, *, told: Mapping[str, str], key: bytes, files: FileLayer) -> None:
        """Made by ``Scans`` alone."""
        self._folder = folder
        self._told = dict(told)
        self._key = key
        self._files = files

    @property
    def id(self) -> str:
        """Opaque."""
        return self._folder.name

    @property
    def told(self) -> Mapping[str, str]:
        """What was declared when it began."""
        return dict(self._told)

    @property
    def raw(self) -> Path:
        """A private folder for what the scanning program writes."""
        return self._folder / "raw"

    @contextmanager
    def alone(self, *, wait_seconds: float = 0.0) -> Iterator[None]:
        """Be the only one who works on it.

        Raises:
            ScanInUseError: somebody else does.
        """
        try:
            with writer_lock(self._folder / "scan.lock", wait_seconds=wait_seconds):
                yield
        except StoreBusyError as error:
            raise ScanInUseError(self.id) from error

    def keep(self, data: bytes, facts: PageFacts) -> PageFacts:
        """Keep a page for good before this returns; ``facts`` come back with the hash of ``data``.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreError: it is not kept.
        """
        facts = replace(facts, sha256=hashlib.sha256(data).hexdigest())
        head = json.dumps(asdict(facts) | {"at": facts.at.isoformat()}).encode()
        plain = len(head).to_bytes(_HEAD_BYTES, "big") + head + data
        sealed = encrypt(
            self._key, plain, associated=self._bound(facts.number), random_bytes=secrets.token_bytes
        )
        write_private_file(self._files, self._page_path(facts.number), sealed)
        return facts

    def pages(self) -> tuple[PageFacts, ...]:
        """The pages that are kept, in order."""
        return tuple(self._read(number)[0] for number in self.numbers())

    def numbers(self) -> tuple[int, ...]:
        """Numbers of the pages that are kept."""
        with store_errors(self.id):
            names = [_PAGE.fullmatch(path.name) for path in self._folder.iterdir()]
        return tuple(sorted(int(match[1]) for match in names if match is not None))

    def picture(self, number: int) -> bytes:
        """The picture of a page, byte for byte as it was kept.

        Raises:
            StoreError: the file is missing or was changed.
        """
        return self._read(number)[1]

    def set_aside(self, number: int) -> None:
        """Take the last page out: its sheet is scanned again. The picture stays until the scan is handed in.

        Raises:
            ValueError: it is not the last page.
        """
        if self.numbers()[-1:] != (number,):
            msg = f"page {number} is not the last one"
            raise ValueError(msg)
        with store_errors(self.id):
            taken = len(list(self._folder.glob(f"aside-{number:04d}-*")))
            self._files.replace(self._page_path(number), self._folder / f"aside-{number:04d}-{taken + 1}")
            self._files.sync_folder(self._folder)

    def remove(self) -> None:
        """Forget it: it was handed in, or a person gave it up."""
        with store_errors(self.id):
            # At once for whoever looks; a part of it must never look like a scan.
            gone = self._folder.with_name(f"{_GONE}{self.id}")
            self._files.replace(self._folder, gone)
            self._files.sync_folder(gone.parent)
        shutil.rmtree(gone, ignore_errors=True)

    def _read(self, number: int) -> tuple[PageFacts, bytes]:
        with store_errors(self.id):
            sealed = self._page_path(number).read_bytes()
        plain = decrypt(self._key, sealed, associated=self._bound(number))
        if plain is None:
            raise StoreError(f"{self.id}/{number}", cause="the page was changed")
        start = _HEAD_BYTES + int.from_bytes(plain[:_HEAD_BYTES], "big")
        told = json.loads(plain[_HEAD_BYTES:start])
        facts = PageFacts(**{**told, "at": datetime.fromisoformat(told["at"])})
        data = plain[start:]
        if hashlib.sha256(data).hexdigest() != facts.sha256:
            raise StoreError(f"{self.id}/{number}", cause="the page has another hash")
        return facts, data

    def _page_path(self, number: int) -> Path:
        return self._folder / f"page-{number:04d}"

    def _bound(self, number: int) -> bytes:
        return f"scans/{self.id}/{number}".encode()


class Scans:
    """All scans of a data folder that are not handed in yet."""

    def __init__(self, folder: Path, *, vault: Vault, files: FileLayer | None = None) -> None:
        """Use a folder, made when needed, and the keys of the store."""
        self._folder = folder
        self._vault = vault
        self._files = files or SystemFiles()

    def begin(self, told: Mapping[str, str], *, random_bytes: RandomBytes = secrets.token_bytes) -> Scan:
        """A new scan, durably there before the first page.

        Args:
            told: what was declared; it may name persons, so it is sealed.
            random_bytes: randomness.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreError: it could not be made.
        """
        for left in self._folder.glob(f"{_GONE}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = self._folder / str(uuid.UUID(bytes=random_bytes(16), version=4))
        key = random_bytes(KEY_BYTES)
        wrapped = self._vault.wrap(key, place=_place(folder.name))
        with store_errors(self._folder.name):
            for made in (self._folder, folder, folder / "raw"):
                self._files.make_folder(made)
                self._files.sync_folder(made.parent)
        text = {
            "told": self._vault.seal(json.dumps(dict(told)), place=_place(folder.name)),
            "key_id": wrapped.key_id,
            "key": base64.b64encode(wrapped.wrapped).decode("ascii"),
        }
        write_private_file(self._files, folder / "scan.json", json.dumps(text).encode())
        return Scan(folder, told=told, key=key, files=self._files)

    def open(self, scan: str) -> Scan:
        """An unfinished scan by its id.

        Raises:
            ScanUnknownError: there is none of that id.
            RecordDamagedError, StoreKeyLostError: it cannot be read.
        """
        folder = self._folder / scan
        if not is_id(scan) or not (folder / "scan.json").is_file():
            raise ScanUnknownError(scan)
        with store_errors(scan):
            text = json.loads((folder / "scan.json").read_bytes())
            self._files.make_folder(folder / "raw")
        wrapped = WrappedKey(text["key_id"], base64.b64decode(text["key"]))
        return Scan(
            folder,
            told=json.loads(self._vault.unseal(text["told"], place=_place(scan))),
            key=self._vault.unwrap(wrapped, place=_place(scan)),
            files=self._files,
        )

    def unfinished(self) -> tuple[str, ...]:
        """Ids of scans that were not handed in, the oldest first."""
        found: list[tuple[float, str]] = []
        if not self._folder.is_dir():
            return ()
        with store_errors(self._folder.name):
            for folder in self._folder.iterdir():
                record = folder / "scan.json"
                if is_id(folder.name) and record.is_file():
                    found.append((record.stat().st_mtime, folder.name))
        return tuple(name for _, name in sorted(found))


def _place(scan: str) -> str:
    return f"scans/{scan}"
