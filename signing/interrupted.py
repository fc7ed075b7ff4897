"""Signing that may stop at any moment and go on later, in another process, without asking anybody twice.

Four steps, each written down before the next: prepare the files; note that a request goes out, and send it;
keep the signatures, checked against the certificate; finish file by file. Prepared files and state lie in a
folder of their own; signed files appear under their names whole, or not at all.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256

from dossier.errors import (
    KeyUnusableError,
    MotlanError,
    SigningDeclinedError,
    SigningError,
    SigningExpiredError,
    SigningRefusedError,
)
from signing.job_state import (
    HalfSigned,
    JobState,
    half_path,
    read_state,
    sync_file,
    sync_folder,
    throw_away,
    write_state,
)
from signing.keys import SigningKey
from signing.remote.confirming import ConfirmedKey, check_all
from signing.signer import DocumentSigner, Role

_UNFINISHED = "new-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file to sign.

    Attributes:
        source: PDF/A; not changed.
        name: file name of the signed file.
        item: how the person named it.
    """

    source: Path
    name: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file.

    Attributes:
        item: how the person named it.
        out: the signed file; ``None`` if there is none.
        error: why it was not signed, or not yet.
        earlier: it was signed before this call.
    """

    item: str
    out: Path | None
    error: MotlanError | None = None
    earlier: bool = False


class InterruptedSigning:
    """Batches of one role in one work folder. Only one process may use a work folder at a time.

    Args:
        signer: prepares and finishes.
        role: who signs.
        work: folder for prepared files and state; made when needed, readable by its owner only.
        out: folder of the signed files, on the same disk.
        clock: the present; aware.
    """

    def __init__(
        self,
        signer: DocumentSigner,
        *,
        role: Role,
        work: Path,
        out: Path,
        clock: Callable[[], datetime],
    ) -> None:
        self._signer = signer
        self._role = role
        self._work = work
        self._out = out
        self._clock = clock

    @property
    def key(self) -> SigningKey:
        """The key that signs."""
        return self._signer.key(self._role)

    def waiting(self) -> list[JobState]:
        """Batches that an earlier process left behind; what was never asked for is thrown away."""
        found: list[JobState] = []
        for folder in sorted(self._work.iterdir()) if self._work.is_dir() else []:
            if not folder.is_dir():
                continue
            state = read_state(folder)
            if state is None or not (state.asked or state.signatures):
                throw_away(folder)
            else:
                found.append(state)
        return found

    def prepare(self, papers: Sequence[Paper]) -> tuple[JobState | None, list[Outcome]]:
        """Prepare a batch; files that must not be signed are left out and told.

        Raises:
            KeyUnusableError: the key must not be used now.
        """
        self._work.mkdir(mode=0o700, parents=True, exist_ok=True)
        identity = str(uuid.uuid4())
        folder = self._work / f"{_UNFINISHED}{identity}"
        folder.mkdir(mode=0o700)
        halves: list[HalfSigned] = []
        refused: list[Outcome] = []
        for paper in papers:
            half = half_path(folder, len(halves) + 1)
            try:
                halves.append(self._half(paper, half))
            except KeyUnusableError:
                throw_away(folder)
                raise
            except MotlanError as error:
                refused.append(Outcome(item=paper.item, out=None, error=error))
        if not halves:
            throw_away(folder)
            return None, refused
        state = JobState(id=identity, role=self._role, fingerprint=self._fingerprint(), papers=tuple(halves))
        write_state(folder, state)
        folder.rename(self._work / identity)
        sync_folder(self._work)
        return state, refused

    def go_on(self, state: JobState) -> list[Outcome]:
        """Take a batch from where it stands to signed files.

        Raises:
            SigningWaitingError: the person has not confirmed; a later call goes on.
            SigningDeclinedError, SigningExpiredError: over; the prepared files were thrown away.
            KeyUnusableError: the batch belongs to another key, or a signature does not fit.
            SigningError: token or service failed; a later call goes on.
        """
        if state.role != self._role or state.fingerprint != self._fingerprint():
            reason = "việc ký dang dở thuộc chứng thư số khác"
            raise KeyUnusableError(self.key.item, reason=reason)
        folder = self._work / state.id
        if not state.signatures:
            try:
                state = self._signed(folder, state)
            except (SigningDeclinedError, SigningExpiredError):
                throw_away(folder)
                raise
        outcomes = [
            self._finished(folder, number, paper, signature)
            for number, (paper, signature) in enumerate(
                zip(state.papers, state.signatures, strict=True), start=1
            )
        ]
        if not any(half_path(folder, number).exists() for number in range(1, len(state.papers) + 1)):
            throw_away(folder)
        return outcomes

    def _half(self, paper: Paper, half: Path) -> HalfSigned:
        prepared = self._signer.prepare(
            paper.source, half, role=self._role, at=self._clock(), item=paper.item
        )
        half.chmod(0o600)
        sync_file(half)
        with half.open("rb") as stream:
            sha256 = hashlib.sha256(stream.read(prepared.source_size)).hexdigest()
        return HalfSigned(item=paper.item, name=paper.name, sha256=sha256, prepared=prepared)

    def _signed(self, folder: Path, state: JobState) -> JobState:
        datas = [paper.prepared.attributes for paper in state.papers]
        if isinstance(self.key, ConfirmedKey):
            state, signatures = self._confirmed(self.key, folder, state, datas)
        else:
            signatures = self.key.sign_many(datas)
        check_all(self.key, datas, signatures)
        state = replace(state, signatures=tuple(signatures))
        write_state(folder, state)
        return state

    def _confirmed(
        self, key: ConfirmedKey, folder: Path, state: JobState, datas: Sequence[bytes]
    ) -> tuple[JobState, list[bytes]]:
        digests = [hashlib.sha256(data).digest() for data in datas]
        if state.request is None:
            before, state = state.asked, replace(state, asked=True)
            write_state(folder, state)
            request = key.ask(state.id, digests, asked_before=before)
            state = replace(state, request=request)
            write_state(folder, state)
        else:
            request = state.request
        return state, key.patience.until_collected(key, request, digests)

    def _finished(self, folder: Path, number: int, paper: HalfSigned, signature: bytes) -> Outcome:
        half, made = half_path(folder, number), folder / f"{number}.signed.pdf"
        out = self._out / paper.name
        if not half.exists():
            # Finished by an earlier process, or found to be no good by it.
            gone = None if out.exists() else SigningError(paper.item)
            return Outcome(item=paper.item, out=out if out.exists() else None, error=gone)
        try:
            self._signer.finish(half, made, prepared=paper.prepared, signature=signature, item=paper.item)
        except MotlanError as error:
            if isinstance(error, SigningRefusedError) or type(error) is SigningError:
                # Nothing will make this prepared file good; its source is where it was.
                half.unlink()
            return Outcome(item=paper.item, out=None, error=error)
        sync_file(made)
        made.replace(out)
        sync_folder(self._out)
        half.unlink()
        return Outcome(item=paper.item, out=out)

    def _fingerprint(self) -> str:
        return self.key.certificate.fingerprint(SHA256()).hex()
