"""Bytes enciphered before they leave this machine, over any blob store; plain ones of before stay readable.

Every object has a key of its own (``storage.object_keys``) and is cut into pieces of 64 KiB
(``storage.aead.Pieces``), so memory stays constant and any range is near:

``mark (8 bytes) || piece and its tag (65,552 bytes) || … || last piece and its tag``

The store below sees enciphered bytes under their own hash: it copies, checks and repairs without any key.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO, Final, TypeVar, cast

from dossier.errors import InputChangedError, ObjectDamagedError, ObjectMissingError, StoreBusyError
from dossier.ids import Sha256
from dossier.ports import BlobRef, BlobStore
from storage.aead import TAG_BYTES, Pieces
from storage.drafts import draft_in, sweep_drafts
from storage.filesystem import store_errors
from storage.object_keys import ObjectKey, ObjectKeys
from storage.sources import CHUNK_BYTES, display_name, read_source

PIECE_BYTES: Final = 64 * 1024
MARK: Final = b"MLSEAL1\n"
_TRIES: Final = 3
_PAGE: Final = 500

_T = TypeVar("_T")


class SealedBlobs:
    """``dossier.ports.BlobStore`` over another one. Safe for threads and processes as far as that one is."""

    def __init__(self, inner: BlobStore, keys: ObjectKeys, *, work: Path, encipher: bool) -> None:
        """Use a store.

        Args:
            inner: keeps enciphered bytes, and plain ones of before.
            keys: of the objects.
            work: private folder for enciphered drafts and for plain files that libraries need.
            encipher: whether what is put is enciphered; what is there is read either way.
        """
        self._inner = inner
        self._keys = keys
        self._work = work
        self._encipher = encipher

    def prepare(self) -> None:
        """Remove what killed processes left in the work folder."""
        with store_errors(self._work.name):
            sweep_drafts(self._work)

    def put(self, source: Path) -> BlobRef:
        """See ``BlobStore``; errors of the source as ``FolderBlobs.put``.

        The enciphered draft is deciphered and compared before it is put, and the store below reads back what
        it was given: together that is the plain bytes read back.

        Raises:
            StoreKeyLostError, RecordDamagedError: the object has a key already and it cannot be read.
            StoreBusyError: a disposal destroys the same bytes again and again meanwhile.
        """
        if not self._encipher:
            return self._inner.put(source)
        key = self._put_enciphered(source)
        for _ in range(_TRIES):
            if self._keys.settle(key):
                return key.plain
            # A disposal took the key in the same moment: what comes after it is another object.
            key = self._put_enciphered(source)
        raise StoreBusyError(key.plain.sha256)

    def contains(self, sha256: Sha256) -> bool:
        """See ``BlobStore``."""
        key = self._keys.find(sha256)
        if key is not None and self._inner.contains(key.stored):
            return True
        return self._inner.contains(sha256)

    def open(self, sha256: Sha256) -> BinaryIO:
        """See ``BlobStore``. Every piece proves itself when it is read."""
        return self._read(sha256, self._open_enciphered, self._inner.open)

    @contextmanager
    def path(self, sha256: Sha256) -> Iterator[Path]:
        """See ``BlobStore``; of an enciphered object a private plain file that lives as long as the block."""
        with ExitStack() as stack:
            yield self._read(
                sha256,
                lambda key: stack.enter_context(self._plain_file(key)),
                lambda plain: stack.enter_context(self._inner.path(plain)),
            )

    def check(self, sha256: Sha256) -> BlobRef:
        """See ``BlobStore``: deciphers everything and compares with the hash of the plain bytes."""
        return self._read(sha256, self._check_enciphered, self._inner.check)

    def __iter__(self) -> Iterator[Sha256]:
        names = iter(self._inner)
        while some := list(islice(names, _PAGE)):
            plain_of = self._keys.names(some)
            # What is noise by now is nothing that is kept; nor is a plain object twice there.
            left = [one for one in some if one not in plain_of]
            yield from plain_of.values()
            yield from frozenset(left) - self._keys.aside(left)

    def _put_enciphered(self, source: Path) -> ObjectKey:
        with draft_in(self._work) as draft:
            wanted = _encipher(source, draft, self._keys.new_secret())
            key = self._keys.claim(wanted)
            if key.stored != wanted.stored:
                # One key and one content make one ciphertext: it is the object that was there before.
                again = _encipher(source, draft, key.secret)
                if again.plain != key.plain:
                    raise InputChangedError(display_name(source.name))
                if again.stored != key.stored:
                    raise ObjectDamagedError(key.plain.sha256, cause="its key makes other bytes")
            with Path(draft.name).open("rb") as written:
                _digest(_plain(written, key), key)
            self._inner.put(Path(draft.name))
        return key

    @contextmanager
    def _plain_file(self, key: ObjectKey) -> Iterator[Path]:
        with self._open_enciphered(key) as stream, draft_in(self._work) as file:
            with store_errors(key.plain.sha256):
                while piece := stream.read(CHUNK_BYTES):
                    file.write(piece)
                file.flush()
            yield Path(file.name)

    def _read(
        self, sha256: Sha256, enciphered: Callable[[ObjectKey], _T], plain: Callable[[Sha256], _T]
    ) -> _T:
        """Read what counts; while it is being enciphered, either may be there."""
        key = self._keys.find(sha256)
        if key is None:
            try:
                return plain(sha256)
            except ObjectMissingError:
                key = self._keys.find(sha256)
                if key is None:
                    raise
        try:
            return enciphered(key)
        except ObjectMissingError as error:
            try:
                return plain(sha256)
            except ObjectMissingError:
                raise ObjectMissingError(sha256, cause=f"kept as {key.stored}") from error
        except ObjectDamagedError as error:
            raise ObjectDamagedError(sha256, cause=f"kept as {key.stored}") from error

    def _open_enciphered(self, key: ObjectKey) -> BinaryIO:
        return _plain(self._inner.open(key.stored), key)

    def _check_enciphered(self, key: ObjectKey) -> BlobRef:
        with self._open_enciphered(key) as stream:
            return _digest(stream, key)


class _PlainReader(io.RawIOBase):
    """The plain bytes of an enciphered stream, piece by piece."""

    def __init__(self, stream: BinaryIO, key: ObjectKey) -> None:
        super().__init__()
        self._stream = stream
        self._key = key
        self._pieces = Pieces(key.secret, associated=MARK)
        self._last = max(0, key.plain.size - 1) // PIECE_BYTES
        self._at = 0
        self._number = -1
        self._piece = b""
        if stream.read(len(MARK)) != MARK:
            stream.close()
            raise ObjectDamagedError(key.plain.sha256)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._key.plain.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # no Buffer type in 3.11
        number, start = divmod(self._at, PIECE_BYTES)
        if number > self._last:
            return 0
        if number != self._number:
            self._piece, self._number = self._decrypt(number), number
        found = self._piece[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _decrypt(self, number: int) -> bytes:
        is_last = number == self._last
        self._stream.seek(len(MARK) + number * (PIECE_BYTES + TAG_BYTES))
        # After the last piece nothing may follow.
        sealed = self._stream.read(PIECE_BYTES + TAG_BYTES + is_last)
        plain = self._pieces.decrypt(number, sealed, last=is_last)
        if plain is None:
            raise ObjectDamagedError(self._key.plain.sha256)
        return plain


def _plain(stream: BinaryIO, key: ObjectKey) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_PlainReader(stream, key), PIECE_BYTES))


def _digest(stream: IO[bytes], key: ObjectKey) -> BlobRef:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(CHUNK_BYTES):
        digest.update(piece)
        size += len(piece)
    if (digest.hexdigest(), size) != (key.plain.sha256, key.plain.size):
        raise ObjectDamagedError(key.plain.sha256)
    return key.plain


def _encipher(source: Path, draft: IO[bytes], secret: bytes) -> ObjectKey:
    """Write the enciphered bytes of a source, and nothing else; both hashes come on the way."""
    pieces, plain, stored = Pieces(secret, associated=MARK), hashlib.sha256(), hashlib.sha256(MARK)
    size, number, waiting = 0, 0, bytearray()
    with store_errors("objects"):
        draft.seek(0)
        draft.truncate()
        draft.write(MARK)
        for read in read_source(source):
            plain.update(read)
            size += len(read)
            waiting += read
            # The last piece is told apart, so one is held back until more has come.
            for start in range(0, len(waiting) - PIECE_BYTES, PIECE_BYTES):
                sealed = pieces.encrypt(number, bytes(waiting[start : start + PIECE_BYTES]), last=False)
                stored.update(sealed)
                draft.write(sealed)
                number += 1
            del waiting[: max(0, len(waiting) - 1) // PIECE_BYTES * PIECE_BYTES]
        sealed = pieces.encrypt(number, bytes(waiting), last=True)
        stored.update(sealed)
        draft.write(sealed)
        draft.flush()
    return ObjectKey(
        plain=BlobRef(Sha256(plain.hexdigest()), size), stored=Sha256(stored.hexdigest()), secret=secret
    )
