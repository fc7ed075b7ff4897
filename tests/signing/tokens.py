"""SoftHSM tokens for tests, and a driver that pulls them at chosen moments."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding

from signing.schemes import Scheme
from signing.token_session import (
    Pkcs11Driver,
    TokenCertificate,
    TokenDriver,
    TokenKeyKind,
    TokenSession,
    TriesLeft,
)
from tests.signing.issued import Issued

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "70417041"


@contextmanager
def softhsm(folder: Path) -> Iterator[Path]:
    """Keep the tokens of this process in a folder of its own."""
    store = folder / "tokens"
    store.mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {store}\nobjectstore.backend = file\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    try:
        yield store
    finally:
        if before is None:
            del os.environ["SOFTHSM2_CONF"]
        else:
            os.environ["SOFTHSM2_CONF"] = before


def make_token(folder: Path, label: str, *keys: tuple[str, Issued], with_key: bool = True) -> None:
    """A token with these keys and certificates, by the tools an office would use."""
    _run("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "12345678")
    for number, (name, issued) in enumerate(keys, start=1):
        own = ("--token", label, "--id", f"0{number}", "--label", name)
        if with_key:
            pem = folder / f"{label}-{name}.key"
            pem.write_bytes(
                issued.key.private_bytes(
                    Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )
            _run("softhsm2-util", "--import", str(pem), *own, "--pin", PIN)
        der = folder / f"{label}-{name}.der"
        der.write_bytes(issued.certificate.public_bytes(Encoding.DER))
        _run(
            *("pkcs11-tool", "--module", str(MODULE), "--token-label", label, "--login", "--pin", PIN),
            *("--write-object", str(der), "--type", "cert", "--id", f"0{number}", "--label", name),
        )


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout


def driver(label: str) -> Pkcs11Driver:
    return Pkcs11Driver(module=MODULE, token=label)


@dataclass
class PulledDriver:
    """A driver whose token is pulled: before signatures and openings with these numbers (from 1)."""

    real: TokenDriver
    signing: dict[int, Exception] = field(default_factory=dict)
    opening: dict[int, Exception] = field(default_factory=dict)
    signed: int = 0
    opened: int = 0

    def open(self, pin: str) -> TokenSession:
        self.opened += 1
        if self.opened in self.opening:
            raise self.opening[self.opened]
        return _PulledSession(self.real.open(pin), self._before_signing)

    def after_fork(self) -> None:
        self.real.after_fork()

    def shown(self) -> list[TokenCertificate]:
        return self.real.shown()

    def tries_left(self) -> TriesLeft:
        return self.real.tries_left()

    def _before_signing(self) -> None:
        self.signed += 1
        if self.signed in self.signing:
            raise self.signing[self.signed]


@dataclass
class _PulledSession:
    real: TokenSession
    before: Callable[[], None]

    def certificates(self) -> list[TokenCertificate]:
        return self.real.certificates()

    def kind(self, key_id: bytes) -> TokenKeyKind | None:
        return self.real.kind(key_id)

    def sign(self, key_id: bytes, scheme: Scheme, data: bytes, *, pin: str) -> bytes:
        self.before()
        return self.real.sign(key_id, scheme, data, pin=pin)

    def close(self) -> None:
        self.real.close()
