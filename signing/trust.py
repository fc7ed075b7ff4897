"""The trust store: a folder of root certificates that an operator added by hand. Nothing else is trusted.

Three kinds stand side by side (official-duty, public, own), and the demonstration's, which production
refuses. Authorities below the roots and revocation lists are kept beside them, see ``signing.local_cache``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from dossier.errors import DemoKeyError, SettingsError
from signing import local_cache
from signing.atomic_files import replace_file
from signing.local_cache import AUTHORITIES_FOLDER, CRLS_FOLDER, KeptLists
from signing.revocation import Crl, load_crl
from signing.trust_entries import (
    SIGNERS,
    RootKind,
    Service,
    TrustedRoot,
    TrustTerms,
    entry_of,
    fingerprint_of,
    is_root,
    parse_certificate,
    read_entry,
    written,
)

__all__ = ["RootKind", "Service", "TrustStore", "TrustTerms", "TrustedRoot"]

_ANY = TrustTerms()


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Roots in a folder; empty until somebody adds one.

    Attributes:
        folder: holds ``<sha256>.pem``, ``authorities/*.pem`` and ``crls/*.crl``; made when first written to.
        production: real operation, where demonstration roots are refused.
    """

    folder: Path
    production: bool = False

    def proposed(self, certificate: bytes, *, name: str = "", terms: TrustTerms = _ANY) -> TrustedRoot:
        """The entry that ``add`` would make, for the operator to look at; nothing is changed.

        Args:
            certificate: PEM or DER of a self-signed certificate; a PEM may hold only one.
            name: how reports shall name it; its common name by default.
            terms: what it shall be trusted for; for every service of an office's own by default.

        Raises:
            SettingsError: it is not a self-signed authority, or the terms contradict themselves.
            DemoKeyError: a demonstration root in production.
        """
        parsed = parse_certificate(certificate)
        fingerprint = fingerprint_of(parsed)
        if not is_root(parsed):
            raise SettingsError(fingerprint[:16], reason="không phải chứng thư số gốc tự ký của cơ quan cấp")
        entry = entry_of(parsed, name=name, terms=terms)
        if entry.demo and self.production:
            raise DemoKeyError(fingerprint[:16])
        return entry

    def add(self, certificate: bytes, *, name: str = "", terms: TrustTerms = _ANY) -> TrustedRoot:
        """Trust a root from now on; adding it again changes its name and terms. See ``proposed``."""
        entry = self.proposed(certificate, name=name, terms=terms)
        self.keep(entry)
        return entry

    def keep(self, entry: TrustedRoot) -> None:
        """Trust an entry that was proposed."""
        replace_file(self.folder / f"{entry.fingerprint}.pem", written(entry))

    def remove(self, fingerprint: str) -> bool:
        """Trust a root no longer; says whether it was there.

        Args:
            fingerprint: all 64 hexadecimal digits, as :meth:`roots` shows them.
        """
        found = self.find(fingerprint)
        if found is None:
            return False
        (self.folder / f"{found.fingerprint}.pem").unlink()
        return True

    def find(self, fingerprint: str) -> TrustedRoot | None:
        """The root of that fingerprint: all 64 hexadecimal digits, with or without colons and spaces."""
        wanted = plain_fingerprint(fingerprint)
        return next((root for root in self.roots() if root.fingerprint == wanted), None)

    def roots(self) -> tuple[TrustedRoot, ...]:
        """All roots, by name; demonstration roots are left out in production.

        Raises:
            SettingsError: a file of the store is damaged.
        """
        found = [_read_root(path) for path in sorted(self.folder.glob("*.pem"))]
        kept = [root for root in found if not (root.demo and self.production)]
        return tuple(sorted(kept, key=lambda root: (root.name, root.fingerprint)))

    def signer_roots(self) -> tuple[TrustedRoot, ...]:
        """Those at which a person's or an organisation's signature may end."""
        return tuple(root for root in self.roots() if root.terms.services & SIGNERS)

    def timestamp_roots(self) -> tuple[TrustedRoot, ...]:
        """Those at which a timestamp may end."""
        return tuple(root for root in self.roots() if Service.TIMESTAMP in root.terms.services)

    @property
    def version(self) -> str:
        """SHA-256 over all entries and whether this is production; reports name it."""
        digest = hashlib.sha256(b"production\n" if self.production else b"demonstration\n")
        for path in sorted(self.folder.glob("*.pem")):
            digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    @property
    def cache_version(self) -> str:
        """A value that changes with the authorities and revocation lists kept here."""
        return local_cache.files_version(self.folder / AUTHORITIES_FOLDER, self.folder / CRLS_FOLDER)

    def known_authorities(self) -> tuple[x509.Certificate, ...]:
        """Roots, and the authorities kept below them."""
        return (*(root.certificate for root in self.roots()), *self.authorities())

    def import_authority(self, certificate: x509.Certificate, *, item: str) -> None:
        """Keep an authority that one known here has issued.

        Raises:
            TrustRefusedError: it is none, or nobody known here issued it.
        """
        local_cache.check_authority(certificate, known=self.known_authorities(), item=item)
        local_cache.keep_authority(self.folder / AUTHORITIES_FOLDER, certificate)

    def check_crl(self, crl: Crl, *, now: datetime, item: str) -> None:
        """Refuse a revocation list as ``import_crl`` does, without keeping it.

        Raises:
            TrustRefusedError: nobody known here signed it, or it is a partial one.
        """
        local_cache.check_crl(crl, known=self.known_authorities(), now=now, item=item)

    def import_crl(self, data: bytes, *, now: datetime, item: str) -> tuple[Crl, bool]:
        """Keep a revocation list that an authority known here has signed.

        Args:
            data: DER or PEM.
            now: aware; a list from the future is refused.
            item: how to name it in an error.

        Returns:
            The list, and whether it is the newest of its authority now; an older one changes nothing.

        Raises:
            SettingsError: it is no revocation list.
            TrustRefusedError: nobody known here signed it, or it is a partial one.
        """
        crl = load_crl(data, item=item)
        self.check_crl(crl, now=now, item=item)
        return crl, local_cache.keep_crl(self.folder / CRLS_FOLDER, crl)

    def add_authority(self, certificate: bytes) -> None:
        """Keep the certificate of an authority below a root, for building paths."""
        local_cache.keep_authority(self.folder / AUTHORITIES_FOLDER, parse_certificate(certificate))

    def authorities(self) -> tuple[x509.Certificate, ...]:
        """Authorities kept for building paths."""
        return local_cache.read_authorities(self.folder / AUTHORITIES_FOLDER)

    def add_crl(self, data: bytes) -> None:
        """Keep a revocation list of an authority that need not be known here; the newest stays."""
        local_cache.keep_crl(self.folder / CRLS_FOLDER, load_crl(data))

    def crls(self) -> tuple[Crl, ...]:
        """Revocation lists kept here, as far as they can be read."""
        return self.lists().crls

    def lists(self) -> KeptLists:
        """The same, with the names of files that cannot be read."""
        return local_cache.read_crls(self.folder / CRLS_FOLDER)


def plain_fingerprint(text: str) -> str:
    """A fingerprint without colons, spaces and capitals."""
    return "".join(text.replace(":", "").split()).lower()


def _read_root(path: Path) -> TrustedRoot:
    entry = read_entry(path.read_bytes(), item=path.name)
    if path.stem != entry.fingerprint:
        raise SettingsError(path.name, reason="tên tệp không khớp với chứng thư số")
    return entry
