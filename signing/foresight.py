"""Will a file still verify in years, if its timestamps are renewed in time? A simulation, no promise."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import crl as asn1_crl
from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.validation.ades import simulate_future_ades_lta_validation
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec

from signing.cms_signer import asn1_certificate
from signing.library_past import complete_past_search
from signing.policy import validation_spec
from signing.reading import OpenedFile, ReadSignature
from signing.tokens import certificate_of, stamp_time
from signing.trust import TrustStore

complete_past_search()


def fails_at(
    path: Path, *, trust: TrustStore, now: datetime, dates: Sequence[datetime], item: str
) -> datetime | None:
    """The first of the dates on which a signature of the file would no longer verify.

    Everything in the file counts as proven to exist since its first document timestamp, else ``now``: what is
    found out is whether certificates and revocation data are complete, so that nothing but further timestamps
    is ever needed. Dates on which certificates of signers or of their timestamps still run are left out, as
    fresh revocation data will be at hand then; if none is left, the day after the last of them ended counts.

    Args:
        path: a file that verifies now.
        trust: the roots that count.
        now: aware.
        dates: aware, in the future.
        item: how to name the file.

    Returns:
        The date, or ``None`` if it verifies on all of them.
    """
    return asyncio.run(_first_failure(path, trust=trust, now=now, dates=dates, item=item))


async def _first_failure(
    path: Path, *, trust: TrustStore, now: datetime, dates: Sequence[datetime], item: str
) -> datetime | None:
    spec = PdfSignatureValidationSpec(
        validation_spec(
            [asn1_certificate(root.certificate) for root in trust.roots()],
            crls=[asn1_crl.CertificateList.load(crl.der) for crl in trust.crls()],
            certificates=[asn1_certificate(one) for one in trust.authorities()],
        ),
        diff_policy=None,
    )
    with OpenedFile(path, item=item) as opened:
        read = [ReadSignature(opened, found) for found in opened.found]
        signatures = [one for one in read if not one.is_timestamp and one.check_coverage()]
        if len(signatures) < sum(not one.is_timestamp for one in read):
            return min(dates)
        proven = min((stamp_time(one.embedded.signed_data) for one in read if one.is_timestamp), default=now)
        ended = max(_ends(signatures), default=now)
        asked = [moment for moment in sorted(dates) if moment > ended] or [ended + timedelta(days=1)]
        for moment in asked:
            for one in signatures:
                result = await simulate_future_ades_lta_validation(one.embedded, spec, moment, proven)
                if result.ades_subindic.status != AdESStatus.PASSED:
                    return moment
    return None


def _ends(signatures: Sequence[ReadSignature]) -> Iterator[datetime]:
    """Ends of the certificates of signers and of their own timestamps."""
    for one in signatures:
        yield one.certificate.not_valid_after
        for token in extract_tst_data_iter(one.embedded.signer_info, signed=False):
            yield certificate_of(token).not_valid_after
