"""The certificate of a batch with the signature of the organisation, where nobody has to be asked for a PIN.

The signature stands beside the sheet, not in it: the mark of a seal on a page says that it was converted from
paper, and a certificate never was one. Certificates of destruction are signed in the same way.
"""

from __future__ import annotations

import io
import zipfile
from typing import Final

from flows.quality.certificates import Certificate, Standing
from wiring.services import Services

_FINAL: Final = frozenset({Standing.MET, Standing.NOT_MET, Standing.UNKNOWN, Standing.INSPECTED})
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def can_be_signed(services: Services, found: Certificate) -> bool:
    """Whether the batch is judged, and the organisation's key opens by itself."""
    return found.standing in _FINAL and services.signs_silently


def signed(services: Services, found: Certificate, pdf: bytes, *, name: str) -> bytes:
    """A ZIP with the sheet and its detached signature (CAdES, level B-T).

    Args:
        services: of this installation.
        found: the certificate.
        pdf: its sheet.
        name: of the file with the sheet; the signature is called the same with ``.p7s``.

    Raises:
        SigningError: key or timestamp authority cannot be used now.
    """
    signature = services.detached_signer.sign(pdf, item=found.lot.batch)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(zipfile.ZipInfo(name, _NO_TIME), pdf)
        bundle.writestr(zipfile.ZipInfo(f"{name}.p7s", _NO_TIME), signature)
    return made.getvalue()
