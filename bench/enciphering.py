"""What enciphering bytes costs: CPU of putting and reading, beyond hashing, and memory.

``python -m bench.enciphering [--runs N] [--megabytes N]`` puts invented bytes into a folder, plain and
enciphered, with the keys in a SQLite file, and tells medians of CPU time.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from dossier.ids import Sha256
from dossier.ports import BlobStore
from storage.aead import Pieces
from storage.database import Database
from storage.files import FolderBlobs
from storage.key_ring import ring_of_store
from storage.object_keys import ObjectKeys
from storage.sealed_blobs import PIECE_BYTES, SealedBlobs
from storage.vault import Vault

_SCAN = 300_000
_MEGABYTE = 1_000_000
_SECRET = bytes(range(32))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--megabytes", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as name:
        folder = Path(name)
        plain = FolderBlobs(folder / "plain")
        inner = FolderBlobs(folder / "enciphered")
        for blobs in (plain, inner):
            blobs.prepare()
        database = _database(folder / "store.sqlite3")
        sealed = SealedBlobs(
            inner, ObjectKeys(database, clock=lambda: datetime.now(UTC)), work=folder, encipher=True
        )
        for size, runs in ((_SCAN, asked.runs), (asked.megabytes * _MEGABYTE, 3)):
            _compare(folder, plain, sealed, size=size, runs=runs)
        database.close()


def _compare(folder: Path, plain: BlobStore, sealed: BlobStore, *, size: int, runs: int) -> None:
    hashing, aes = _alone(size, runs=runs)
    rows = {
        "SHA-256, one pass": hashing,
        "AES-256-GCM, one pass": aes,
    }
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(runs):
        for what, seconds in _one_round(folder, plain, sealed, size=size):
            times[what].append(seconds)
    rows |= {what: statistics.median(found) for what, found in times.items()}
    beyond = rows["put, enciphered"] - rows["put, plain"] - 3 * hashing - 2 * aes
    rows["put, beyond plain, 3 × SHA-256 and 2 × AES"] = beyond
    sys.stdout.write(f"{size / _MEGABYTE:g} MB, median of {runs}, ms of CPU\n")
    for what, seconds in rows.items():
        sys.stdout.write(f"  {what:<44} {seconds * 1000:>10.2f}\n")
    sys.stdout.write(
        f"  {'put, enciphered: memory at its peak, MiB':<44} {_peak(folder, sealed) / 2**20:>10.1f}\n"
    )


def _one_round(
    folder: Path, plain: BlobStore, sealed: BlobStore, *, size: int
) -> Iterator[tuple[str, float]]:
    source = folder / "source"
    source.write_bytes(os.urandom(size))
    sha256 = Sha256(hashlib.sha256(source.read_bytes()).hexdigest())
    yield "put, plain", _cpu(lambda: plain.put(source))
    yield "put, enciphered", _cpu(lambda: sealed.put(source))
    yield "read, plain", _cpu(lambda: _read(plain, sha256))
    yield "read, enciphered", _cpu(lambda: _read(sealed, sha256))
    yield "4 KiB from the middle, enciphered", _cpu(lambda: _range(sealed, sha256, at=size // 2))


def _alone(size: int, *, runs: int) -> tuple[float, float]:
    content, pieces = os.urandom(size), Pieces(_SECRET, associated=b"bench")

    def encipher() -> None:
        for number, start in enumerate(range(0, size, PIECE_BYTES)):
            pieces.encrypt(number, content[start : start + PIECE_BYTES], last=False)

    hashing = statistics.median(_cpu(lambda: hashlib.sha256(content)) for _ in range(runs))
    return hashing, statistics.median(_cpu(encipher) for _ in range(runs))


def _peak(folder: Path, blobs: BlobStore) -> int:
    """Of the last source, put again."""
    tracemalloc.start()
    blobs.put(folder / "source")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _read(blobs: BlobStore, sha256: Sha256) -> None:
    with blobs.open(sha256) as stream:
        while stream.read(1 << 20):
            pass


def _range(blobs: BlobStore, sha256: Sha256, *, at: int) -> None:
    with blobs.open(sha256) as stream:
        stream.seek(at)
        stream.read(4096)


def _database(path: Path) -> Database:
    database = Database.on_disk(path)
    database.prepare()
    database.upgrade()
    database.unlock(Vault(secret=_SECRET, ring=ring_of_store(_SECRET)))
    return database


def _cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


if __name__ == "__main__":
    main()
