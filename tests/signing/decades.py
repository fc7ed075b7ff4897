"""A demonstration PKI with terms of a test's own choice, and time travel with it: no clock but the test's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from cryptography import x509

from signing import demo_certificates as made
from signing.archive import ArchiveSetup
from signing.demo_certificates import ENTITIES, Entity, Pair
from signing.keys import SigningKey, load_pem_key
from signing.policies import load_policies
from signing.revocation import Crl, load_crl
from signing.signer import SigningSetup
from signing.timestamps import LocalTimestampAuthority
from signing.trust import TrustStore
from signing.verify import verify_file

AGELESS = replace(load_policies().named("vn-2025"), since=date(2000, 1, 1))
"""What holds today, for days before there was a policy."""


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class World:
    """Keys, authorities and lists at a moment that the test moves.

    Attributes:
        folder: of keys, trust and files.
        clock: the moment.
        root_days, issuing_days: how long fresh revocation lists are good for.
    """

    folder: Path
    clock: Clock
    root_days: int = 90
    issuing_days: int = 7
    pairs: dict[str, Pair] = field(default_factory=dict)

    def __post_init__(self) -> None:
        start = self.clock.now
        self.pairs["root"] = made.make_pair(ENTITIES["root"], issuer=None, now=start)
        issuing = replace(ENTITIES["issuing"], days=24 * 365)
        self.pairs["issuing"] = made.make_pair(issuing, issuer=self.pairs["root"], now=start)
        (self.folder / "trust").mkdir(parents=True, exist_ok=True)
        for name in ("root", "issuing"):
            self._write(name)

    def key(self, name: str, *, ends: datetime, by: str = "issuing", purpose: str = "") -> SigningKey:
        """A new key whose certificate begins now (a day ago) and ends on a day."""
        base: Entity = ENTITIES[purpose or name]
        days = (ends - self.clock.now).days + 1
        entity = replace(base, days=days)
        self.pairs[name] = made.make_pair(entity, issuer=self.pairs[by], now=self.clock.now)
        self._write(name)
        chain = [self.folder / f"{one}.pem" for one in ((by, "root") if by != "root" else ("root",))]
        return load_pem_key(
            self.folder / f"{name}.key", certificate=self.folder / f"{name}.pem", chain=chain, item=name
        )

    def crls(self, *, now: datetime) -> tuple[Crl, ...]:
        """Fresh lists of both authorities; see ``signing.revocation.RevocationSource``."""
        days = {"root": self.root_days, "issuing": self.issuing_days}
        return tuple(
            load_crl(made.make_crl(*self.pairs[name], now=now, days=term)) for name, term in days.items()
        )

    @property
    def root(self) -> x509.Certificate:
        return self.pairs["root"][1]

    def trust(self) -> TrustStore:
        """The root and today's lists, as an office that looks for new lists every day has them."""
        name = f"trust-{self.clock.now:%Y%m%d}"
        store = TrustStore(self.folder / name)
        if not store.roots():
            store.add(made.certificate_pem(self.root))
            for crl in self.crls(now=self.clock.now):
                store.add_crl(crl.der)
        return store

    def verdict(self, path: Path, *, at: datetime) -> str:
        """What verification says on a day, with that day's lists at hand."""
        self.clock.now = at
        report = verify_file(path, trust=self.trust(), at=at, policy=AGELESS)
        return report.conclusion

    def signing(self, officer: SigningKey, organisation: SigningKey, stamps: SigningKey) -> SigningSetup:
        return SigningSetup(
            officer=officer,
            organisation=organisation,
            timestamps=LocalTimestampAuthority(stamps, self.clock),
            revocation=self,
            clock=self.clock,
        )

    def archive(self, stamps: SigningKey) -> ArchiveSetup:
        return ArchiveSetup(
            policy=lambda _at: AGELESS,
            timestamps=LocalTimestampAuthority(stamps, self.clock),
            revocation=self,
            trust=self.trust(),
            clock=self.clock,
        )

    def _write(self, name: str) -> None:
        key, certificate = self.pairs[name]
        (self.folder / f"{name}.key").write_bytes(made.key_pem(key))
        (self.folder / f"{name}.pem").write_bytes(made.certificate_pem(certificate))


def day(text: str) -> datetime:
    """``1.6.2028`` at noon UTC."""
    return datetime.strptime(f"{text} 12:00 +0000", "%d.%m.%Y %H:%M %z")


def later(moment: datetime, days: int) -> datetime:
    return moment + timedelta(days=days)
