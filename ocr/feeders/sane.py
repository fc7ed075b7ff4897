"""Scanners through SANE's own program ``scanimage``, called as a process.

A process and not a binding: drivers hang in the kernel and crash, and neither may take the pages of this
process along; what hangs is ended with its whole group. ``scanimage`` is licensed under the GPL and is never
linked. Network scanners (eSCL, AirScan) come through the driver sane-airscan like any other.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from dossier.feeding import MOST_PAGES, Device, FedPage, ScanWish
from dossier.scan_errors import (
    CoverOpenError,
    FeederEmptyError,
    PaperJamError,
    ScanError,
    ScanInUseError,
    ScannerBusyError,
    ScannerForbiddenError,
    ScannerHangsError,
    ScannerLostError,
    ScannerNotFoundError,
    ScannerOptionError,
    ScanPageDamagedError,
    ScanProgramMissingError,
)
from ocr.feeders.netpbm import is_whole
from ocr.feeders.options import OptionError, offered, options_for, resolution_of

PROGRAM: Final = "scanimage"
RAW_NAME: Final = "page-{:05d}.pnm"
_RAW_PATTERN: Final = "page-%05d.pnm"
LOCK_NAME: Final = "feeding.lock"
_SAID_NAME: Final = "scanimage.log"
_PART_GLOB: Final = "page-*.part"
# SANE_Status (SANE standard, 4.2.7); scanimage exits with it.
_GOOD, _BUSY, _INVALID, _EOF, _JAMMED, _NO_DOCS, _COVER, _IO, _DENIED = 0, 3, 4, 5, 6, 7, 8, 9, 11
_TROUBLE: Final[Mapping[int, type[ScanError]]] = {
    _JAMMED: PaperJamError,
    _COVER: CoverOpenError,
    _IO: ScannerLostError,
}
_ABOUT_DEVICE: Final[Mapping[int, type[ScanError]]] = {
    _BUSY: ScannerBusyError,
    _DENIED: ScannerForbiddenError,
}
# What scanimage prints for a status (sane_strstatus); some drivers then never come to an end by themselves.
_COMPLAINT: Final = re.compile(r"^scanimage: sane_(?:start|read): (.+)$", re.MULTILINE)
_SENTENCES: Final[Mapping[str, int]] = {
    "Device busy": _BUSY,
    "Invalid argument": _INVALID,
    "Document feeder jammed": _JAMMED,
    "Document feeder out of documents": _NO_DOCS,
    "Scanner cover is open": _COVER,
    "Error during device I/O": _IO,
    "Access to resource has been denied": _DENIED,
}
_LOOK_S: Final = 0.25
_ASK_S: Final = 60.0
_GENTLE_S: Final = 5.0
_SAID_BYTES: Final = 4000


class SaneFeeder:
    """Implements ``dossier.feeding.Feeder`` for one device of SANE."""

    def __init__(
        self,
        device: str,
        wish: ScanWish,
        *,
        program: str = PROGRAM,
        environment: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Use a device.

        Args:
            device: SANE's name of it; the first one found when empty.
            wish: how to scan.
            program: ``scanimage``, or what stands in for it.
            environment: of the program; that of this process when not given.
            clock: seconds that only go forward.
        """
        self._device = device
        self._wish = wish
        self._program = program
        self._environment = environment
        self._clock = clock

    def feed(self, *, first: int, into: Path) -> Iterator[FedPage]:
        """See ``Feeder``.

        Raises:
            ScanInUseError: a scanning program of a killed call still writes into that folder.
        """
        options = self._options()
        dpi = resolution_of(options, default=self._wish.resolution)
        with feeding_alone(into) as lock, (into / _SAID_NAME).open("wb") as said:
            process = self._start(options, first=first, into=into, said=said.fileno(), lock=lock)
            number = first
            try:
                for number, path in enumerate(self._names(process, first=first, into=into), start=first):
                    if not is_whole(path):
                        raise ScanPageDamagedError(str(number))
                    yield FedPage(path=path, dpi=dpi)
                    number += 1  # noqa: PLW2901  the page that trouble would now come over
                # It closes its output a moment before it ends.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_GENTLE_S)
            finally:
                _end(process)
            self._judge(process.returncode, page=number, given=number - first, said=into / _SAID_NAME)

    def _options(self) -> tuple[str, ...]:
        text = ask(
            [self._program, *self._named(), "--all-options"],
            item=self._device or "—",
            environment=self._environment,
        )
        try:
            return options_for(self._wish, offered(text))
        except OptionError as error:
            raise ScannerOptionError(self._device, reason=error.reason) from error

    def _named(self) -> list[str]:
        return [f"--device-name={self._device}"] if self._device else []

    def _start(
        self, options: Sequence[str], *, first: int, into: Path, said: int, lock: int
    ) -> subprocess.Popen[bytes]:
        command = [
            self._program,
            *self._named(),
            "--format=pnm",
            f"--batch={into / _RAW_PATTERN}",
            f"--batch-start={first}",
            # Sheets beyond it stay in the tray; and a driver that never says it is empty fills no disk.
            f"--batch-count={max(1, MOST_PAGES - first + 1)}",
            "--batch-print",
            *options,
        ]
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                env=_in_english(self._environment),
                start_new_session=True,
                pass_fds=(lock,),
            )
        except OSError as error:
            raise ScanProgramMissingError(self._program, cause=type(error).__name__) from error

    def _names(self, process: subprocess.Popen[bytes], *, first: int, into: Path) -> Iterator[Path]:
        """The file of each page as the program names it, until it closes its output.

        Raises:
            ScannerHangsError: neither a name nor a byte of a page for too long.
        """
        if process.stdout is None:
            return
        out = process.stdout.fileno()
        moved, grown, text, number = self._clock(), -1, b"", first
        while True:
            ready, _, _ = select.select([out], [], [], _LOOK_S)
            if ready:
                chunk = os.read(out, 4096)
                if not chunk:
                    return
                moved, text = self._clock(), text + chunk
                *lines, text = text.split(b"\n")
                for line in lines:
                    if line.strip():
                        yield Path(os.fsdecode(line.strip()))
                        number += 1
                        moved = self._clock()
                continue
            now = _bytes_in_work(into)
            if now != grown:
                moved, grown = self._clock(), now
            elif self._clock() - moved > _GENTLE_S and _status_told(into / _SAID_NAME) is not None:
                return
            elif self._clock() - moved > self._wish.stall_s:
                raise ScannerHangsError(str(number), seconds=round(self._wish.stall_s))

    def _judge(self, status: int, *, page: int, given: int, said: Path) -> None:
        """Nothing when the tray is empty after some pages, else what went wrong."""
        status = _status_told(said) or status
        if status in (_GOOD, _NO_DOCS, _EOF) and given:
            return
        text = said.read_bytes()[-_SAID_BYTES:].decode("utf-8", "replace")
        device = self._device or "—"
        cause = f"exit {status}: {text.strip().splitlines()[-1] if text.strip() else ''}"
        if status in _TROUBLE:
            raise _TROUBLE[status](str(page), cause=cause)
        if "open of device" in text or "no SANE devices" in text:
            raise _not_opened(status, device, cause=cause)
        if status in _ABOUT_DEVICE:
            raise _ABOUT_DEVICE[status](device, cause=cause)
        if status in (_NO_DOCS, _GOOD, _EOF):
            raise FeederEmptyError(device, cause=cause)
        if status < 0:
            raise ScannerLostError(str(page), cause=cause)
        if status == _INVALID and not given:
            raise ScannerOptionError(device, reason="SANE_STATUS_INVAL", cause=cause)
        raise ScanError(str(page), cause=cause)


def devices(*, program: str = PROGRAM, environment: Mapping[str, str] | None = None) -> tuple[Device, ...]:
    """Scanners that SANE finds now, on USB and on the network.

    Raises:
        ScanProgramMissingError: SANE is not installed.
        ScannerHangsError: looking took too long.
    """
    text = ask(
        [program, "--formatted-device-list=%d\t%t\t%v\t%m%n"],
        item="—",
        environment=environment,
    )
    found = [line.split("\t") for line in text.splitlines() if line.count("\t") == 3]
    return tuple(Device(name, vendor=vendor, model=model, kind=kind) for name, kind, vendor, model in found)


def what_is_offered(
    device: str, *, program: str = PROGRAM, environment: Mapping[str, str] | None = None
) -> Mapping[str, tuple[str, ...]]:
    """Options of a device, and what each may be.

    Raises:
        ScannerNotFoundError, ScannerBusyError, ScannerForbiddenError, ScanProgramMissingError,
        ScannerHangsError.
    """
    command = [program, f"--device-name={device}", "--all-options"]
    return offered(ask(command, item=device, environment=environment))


def ask(command: Sequence[str], *, item: str, environment: Mapping[str, str] | None) -> str:
    """What the program answers, in English and without a scan."""
    try:
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_in_english(environment),
            start_new_session=True,
        ) as process:
            try:
                out, complaint = process.communicate(timeout=_ASK_S)
            except subprocess.TimeoutExpired:
                _end(process)
                raise ScannerHangsError(item, seconds=round(_ASK_S)) from None
    except OSError as error:
        raise ScanProgramMissingError(command[0], cause=type(error).__name__) from error
    text = complaint.decode("utf-8", "replace")
    if process.returncode and ("open of device" in text or "no SANE devices" in text):
        raise _not_opened(process.returncode, item, cause=text.strip()[-200:])
    return out.decode("utf-8", "replace")


def _in_english(environment: Mapping[str, str] | None) -> dict[str, str]:
    """Its words are looked at."""
    return dict(os.environ if environment is None else environment) | {"LC_ALL": "C"}


def _not_opened(status: int, device: str, *, cause: str) -> ScanError:
    """The driver names the reason; scanimage exits with 1 whatever it is."""
    if status == _BUSY or "busy" in cause.lower():
        return ScannerBusyError(device, cause=cause)
    if status == _DENIED or "denied" in cause.lower():
        return ScannerForbiddenError(device, cause=cause)
    return ScannerNotFoundError(device, cause=cause)


@contextlib.contextmanager
def feeding_alone(folder: Path) -> Iterator[int]:
    """A lock that a scanning program inherits: it is free when that program is gone, not when we are.

    Raises:
        ScanInUseError: a scanning program, of whoever started it, still writes into that folder.
    """
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ScanInUseError(folder.parent.name) from error
        yield descriptor
    finally:
        os.close(descriptor)


def _status_told(said: Path) -> int | None:
    """The status that the program has complained of, if it has."""
    text = said.read_bytes()[-_SAID_BYTES:].decode("utf-8", "replace")
    return next((_SENTENCES[told] for told in reversed(_COMPLAINT.findall(text)) if told in _SENTENCES), None)


def _bytes_in_work(folder: Path) -> int:
    """How much of the page that is under way has come."""
    total = 0
    for path in folder.glob(_PART_GLOB):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and all it started; gently first, so that the device is left ready."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_GENTLE_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.stdout is not None:
        process.stdout.close()
