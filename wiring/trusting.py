"""Changes of trust: each one is told to the journal first, and only then made.

The journal holds kinds and the beginning of fingerprints, never the name of anybody. A crash in between
leaves a change that was told and not made, never one that was made and not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dossier.errors import RecordMissingError
from dossier.events import Event, EventKind

if TYPE_CHECKING:
    from signing.revocation import Crl
    from signing.trust import TrustedRoot
    from wiring.services import Services

_SHOWN_DIGITS = 16


def trust_root(services: Services, entry: TrustedRoot) -> None:
    """Trust a root that an operator has looked at, or change its terms.

    Raises:
        StoreError: the journal cannot be written; then nothing is trusted.
    """
    with services.writing():
        _tell(services, "add", entry.fingerprint, kind=entry.terms.kind.value)
        services.trust.keep(entry)


def distrust_root(services: Services, fingerprint: str) -> TrustedRoot:
    """Trust a root no longer.

    Raises:
        RecordMissingError: it is not in the store.
    """
    with services.writing():
        found = services.trust.find(fingerprint)
        if found is None:
            raise RecordMissingError(fingerprint[:_SHOWN_DIGITS])
        _tell(services, "remove", found.fingerprint, kind=found.terms.kind.value)
        services.trust.remove(found.fingerprint)
    return found


def keep_authorities(services: Services, data: bytes, *, item: str) -> tuple[str, ...]:
    """Keep the authorities of a file, in whatever order they stand; all of them or none.

    Returns:
        Their fingerprints.

    Raises:
        SettingsError: it holds no certificate.
        TrustRefusedError: one of them was not issued by anybody known here.
    """
    from signing.local_cache import authority_files, check_authority  # noqa: PLC0415
    from signing.trust_entries import fingerprint_of, issued_by  # noqa: PLC0415

    waiting = list(authority_files(data))
    known = list(services.trust.known_authorities())
    ordered = []
    while waiting:
        # One that stands above another may come later in the file.
        fitting = next((one for one in waiting if any(issued_by(one, up) for up in known)), waiting[0])
        check_authority(fitting, known=known, item=item)
        waiting.remove(fitting)
        known.append(fitting)
        ordered.append(fitting)
    with services.writing():
        for certificate in ordered:
            _tell(services, "authority", fingerprint_of(certificate))
            services.trust.import_authority(certificate, item=item)
    return tuple(fingerprint_of(certificate) for certificate in ordered)


def keep_list(services: Services, data: bytes, *, item: str, now: datetime) -> tuple[Crl, bool]:
    """Keep a revocation list of an authority that is known here.

    Returns:
        The list, and whether it is the newest of its authority now.

    Raises:
        SettingsError: it is no revocation list.
        TrustRefusedError: nobody known here signed it, or it is a partial one.
    """
    from signing.revocation import load_crl  # noqa: PLC0415

    crl = load_crl(data, item=item)
    services.trust.check_crl(crl, now=now, item=item)
    with services.writing():
        _tell(services, "crl", crl.fingerprint)
        return services.trust.import_crl(data, now=now, item=item)


def trust_demo_root(services: Services, root: bytes, *, crls: Sequence[Crl]) -> None:
    """Trust the demonstration root of this installation, told once, and keep its newest lists.

    Raises:
        DemoKeyError: this is production.
    """
    from signing.trust import RootKind, TrustTerms  # noqa: PLC0415

    entry = services.trust.proposed(root, terms=TrustTerms(kind=RootKind.DEMO))
    if services.trust.find(entry.fingerprint) is None:
        trust_root(services, entry)
    for crl in crls:
        services.trust.add_crl(crl.der)


def _tell(services: Services, change: str, fingerprint: str, *, kind: str = "") -> None:
    details: Mapping[str, str] = {"change": change, "sha256": fingerprint[:_SHOWN_DIGITS]}
    services.store.records.record(
        Event(
            kind=EventKind.TRUST_CHANGED,
            at=services.clock(),
            actor=services.settings.actor,
            details={**details, "kind": kind} if kind else details,
        )
    )
