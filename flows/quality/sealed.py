"""The seal of the office on a certificate of a batch, where it can be set without asking anybody."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from dossier.errors import MotlanError
from flows.quality.certificates import Certificate, Standing
from wiring.services import Services

_FINAL: Final = frozenset({Standing.MET, Standing.NOT_MET, Standing.UNKNOWN, Standing.INSPECTED})


def is_final(found: Certificate) -> bool:
    """Whether the certificate says how the batch was judged; before that there is nothing to vouch for."""
    return found.standing in _FINAL


def sealed(services: Services, found: Certificate, pdf: bytes) -> bytes:
    """The PDF of a certificate with the seal, where the batch is judged and the seal is at hand.

    The organisation's key must open without a PIN (``signs_silently``). A seal that cannot be set now is
    logged, and the sheet is given without: what it says can be checked by its seed all the same.
    """
    if not (is_final(found) and services.signs_silently):
        return pdf
    try:
        with tempfile.TemporaryDirectory(prefix="certificate-", dir=services.store.work) as folder:
            plain, made = Path(folder) / "plain.pdf", Path(folder) / "sealed.pdf"
            plain.write_bytes(pdf)
            services.signer.seal_as_organisation(plain, made, at=services.clock(), item=found.lot.batch)
            return made.read_bytes()
    except MotlanError as error:
        services.log.warning("certificate.not_sealed", batch=found.lot.batch, code=error.code)
        return pdf
