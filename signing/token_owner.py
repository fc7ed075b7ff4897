"""The one thread that owns the session of a token. Calls from everywhere queue up here.

Tokens know one login for a process and lose it when they are pulled. So one thread opens the session (after
a fork: a new one), caches handles, and when the session is lost opens it again and repeats the call; a
signature that was not delivered has no effect, so repeating is safe. A refused PIN is never tried again.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pkcs11
from pkcs11 import exceptions as raised

from dossier.errors import KeyUnusableError, MotlanError, PinRefusedError, TokenMissingError
from signing.token_session import TokenDriver, TokenSession, TriesLeft

Result = TypeVar("Result")

# How often a pulled token is looked for, in seconds.
LOOK_EVERY_S = 0.5

_PIN_FAULTS: dict[type[Exception], str] = {
    raised.PinIncorrect: "sai mã PIN",
    raised.PinInvalid: "mã PIN không đúng dạng",
    raised.PinLenRange: "mã PIN không đúng độ dài",
    raised.PinLocked: "thiết bị đã bị khóa",
    raised.PinExpired: "mã PIN đã hết hạn",
    raised.UserPinNotInitialized: "thiết bị chưa đặt mã PIN",
}
_TRIES: dict[TriesLeft, str] = {
    TriesLeft.UNTOLD: "",
    TriesLeft.LOW: "; nhập sai thêm vài lần thiết bị sẽ tự khóa",
    TriesLeft.LAST: "; chỉ còn một lần thử trước khi thiết bị tự khóa",
    TriesLeft.NONE: "; thiết bị đã tự khóa",
}
_LOST = (
    raised.SessionHandleInvalid,
    raised.SessionClosed,
    raised.DeviceRemoved,
    raised.DeviceError,
    raised.TokenNotPresent,
    raised.TokenNotRecognised,
    raised.NoSuchToken,
    raised.SlotIDInvalid,
    raised.UserNotLoggedIn,
    raised.KeyHandleInvalid,
    raised.ObjectHandleInvalid,
    raised.GeneralError,
    raised.FunctionFailed,
    raised.OperationNotInitialized,
)


class TokenOwner:
    """Runs work on the session of one token, one piece at a time, from any thread. Close it when done.

    Args:
        driver: opens sessions.
        item: how to name the token to a person.
        pin: gives the PIN; asked once, in the thread that calls first.
        wait_s: how long a token that was there may be away, in seconds.
        clock: seconds that only grow.
        pause: waits that many seconds; ends early when the owner is closed.
    """

    def __init__(  # noqa: PLR0913  clock and pause are there for tests of waiting
        self,
        driver: TokenDriver,
        *,
        item: str,
        pin: Callable[[], str],
        wait_s: float,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._driver = driver
        self._item = item
        self._ask_pin = pin
        self._wait_s = wait_s
        self._clock = clock
        self._closed = threading.Event()
        self._pause = pause or self._closed.wait
        self._pin: str | None = None
        self._refused = ""
        self._seen = False
        self._start()

    def __repr__(self) -> str:
        return f"TokenOwner({self._item!r})"

    def call(self, work: Callable[[TokenSession, str], Result]) -> Result:
        """Run a piece of work with the session and the PIN, in turn; give its result or raise its error.

        Raises:
            PinRefusedError: the token refuses the PIN; also for every later call, without asking the token.
            TokenMissingError: it is not there, or was pulled and did not come back in time.
            KeyUnusableError: the token cannot do what was asked.
        """
        if self._process != os.getpid():
            # Threads and sessions do not survive a fork.
            self._driver.after_fork()
            self._start()
        with self._asking:
            if self._pin is None:
                self._pin = self._ask_pin()
        return self._thread.submit(self._run, work, self._pin).result()

    def close(self) -> None:
        """Close the session and end the thread; a waiting call gives up."""
        self._closed.set()
        self._pin = None
        if self._process == os.getpid():
            self._thread.submit(self._drop)
            self._thread.shutdown()

    def _start(self) -> None:
        self._process = os.getpid()
        self._asking = threading.Lock()
        self._session: TokenSession | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="motlan-token")

    def _run(self, work: Callable[[TokenSession, str], Result], pin: str) -> Result:
        until = self._clock() + self._wait_s
        tries = 0
        while True:
            try:
                return work(self._opened(pin), pin)
            except MotlanError:
                raise
            except tuple(_PIN_FAULTS) as error:
                self._drop()
                self._refused = _PIN_FAULTS[type(error)] + _TRIES[self._driver.tries_left()]
                raise self._pin_refused() from error
            except _LOST as error:
                self._drop()
                tries += 1
                self._bear(error, until=until, tries=tries)
            except raised.UserAlreadyLoggedIn as error:
                reason = "thiết bị đang được dùng để ký việc khác"
                raise KeyUnusableError(self._item, reason=reason) from error
            except pkcs11.PKCS11Error as error:
                reason = "thiết bị ký báo lỗi"
                raise KeyUnusableError(self._item, reason=reason, cause=type(error).__name__) from error

    def _bear(self, error: Exception, *, until: float, tries: int) -> None:
        """Give up when the token never was there or is away for too long; else wait a little."""
        cause = type(error).__name__
        if isinstance(error, raised.NoSuchToken) and not self._seen:
            reason = "chưa cắm thiết bị, hoặc nhãn thiết bị trong cấu hình không đúng"
            raise TokenMissingError(self._item, reason=reason, cause=cause) from error
        if self._clock() >= until or self._closed.is_set():
            reason = "thiết bị bị rút ra và chưa được cắm lại"
            raise TokenMissingError(self._item, reason=reason, cause=cause) from error
        if tries > 1:
            self._pause(LOOK_EVERY_S)

    def _opened(self, pin: str) -> TokenSession:
        if self._refused:
            raise self._pin_refused()
        if self._session is None:
            self._session = self._driver.open(pin)
            self._seen = True
        return self._session

    def _pin_refused(self) -> PinRefusedError:
        return PinRefusedError(self._item, reason=self._refused)

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
