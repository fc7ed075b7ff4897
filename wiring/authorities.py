"""The timestamp authorities that the settings name."""

from __future__ import annotations

from dossier.ports import Clock
from signing.revocation import CrlFolder
from signing.timestamps import HttpTimestampAuthority, TimestampAuthorities, read_chain
from signing.trust import TrustStore
from wiring.settings import AuthoritySettings, Settings


def networked(settings: Settings, *, trust: TrustStore, clock: Clock) -> TimestampAuthorities:
    """All of them, in the order in which they are asked.

    Args:
        settings: name at least one.
        trust: whom to believe where the settings name no certificates.
        clock: gives the present.

    Raises:
        SettingsError: an address, a file or a certificate that cannot be used.
    """
    return TimestampAuthorities(
        tuple(_authority(one, trust) for one in settings.timestamps),
        clock=clock,
        # Those that verification knows: here every authority's lists are kept.
        revocation=CrlFolder(trust.folder / "crls"),
    )


def _authority(configured: AuthoritySettings, trust: TrustStore) -> HttpTimestampAuthority:
    known = (*trust.authorities(), *(root.certificate for root in trust.roots()))
    return HttpTimestampAuthority(
        url=configured.url,
        chain=read_chain(configured.ca) if configured.ca else known,
        timeout_s=configured.timeout_s,
        at_once=configured.at_once,
        tls_ca=configured.tls_ca,
    )
