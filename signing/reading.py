"""Finding every signature of a file and checking its bytes, before anybody is trusted.

Used twice: by verification, and by signing as the gate that no freshly signed file passes unchecked.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from functools import cached_property
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import TracebackType

from asn1crypto import cms, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter
from pyhanko.sign.validation.status import SignatureCoverageLevel

from dossier.errors import PdfUnreadableError
from signing.fields import Found, MalformedError, filled_fields, has_stray_signature, lost_fields
from signing.library_log import silence
from signing.library_speed import install
from signing.objects import entry
from signing.policy import ARCHIVE_POLICY
from signing.report import Modifications
from signing.structure import MAX_CONTENTS, Fault, end_marks, file_faults, signature_faults, signed_length

silence()
install()

_HEADER_WINDOW = 1024
_TIMESTAMP_TYPE = "/DocTimeStamp"
_SUBFILTERS = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached", "/ETSI.RFC3161"})


class OpenedFile(AbstractContextManager["OpenedFile"]):
    """A PDF opened for verification: its bytes and its objects, read-only."""

    def __init__(self, path: Path, *, item: str) -> None:
        if not path.is_file():
            raise PdfUnreadableError(item, cause="not a regular file")
        self.item = item
        try:
            self._stream = path.open("rb")
        except OSError as error:
            raise PdfUnreadableError(item, cause=type(error).__name__) from error
        try:
            self.data = mmap(self._stream.fileno(), 0, access=ACCESS_READ)
        except (OSError, ValueError) as error:
            self._stream.close()
            raise PdfUnreadableError(item, cause=type(error).__name__) from error
        if self.data.find(b"%PDF-", 0, _HEADER_WINDOW) < 0:
            self.__exit__(None, None, None)
            raise PdfUnreadableError(item, cause="no PDF header")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close bytes and file."""
        with suppress(BufferError):
            # Work that was left behind may still look at the bytes; they are unmapped when it ends.
            self.data.close()
        self._stream.close()

    @cached_property
    def reader(self) -> PdfFileReader:
        """Its objects; may raise anything on a damaged file."""
        return PdfFileReader(self._stream)

    @property
    def revisions(self) -> int:
        """How many revisions it has; 0 if its objects were not read to the end before.

        Reading them is work without bounds, so it is never begun here.
        """
        read = self.__dict__.get("reader")
        return int(read.xrefs.total_revisions) if isinstance(read, PdfFileReader) else 0

    @property
    def claims_signature(self) -> bool:
        """Whether anything in the bytes looks like a signature."""
        return self.data.find(b"/ByteRange") >= 0

    @property
    def encrypted(self) -> bool:
        """Whether its objects are encrypted, with or without a password."""
        return "/Encrypt" in self.reader.trailer_view

    @property
    def hybrid(self) -> bool:
        """Whether old and new readers find different tables of objects in it (ISO 32000-1, 7.5.8.4)."""
        return bool(self.reader.xrefs.hybrid_xrefs_present)

    @cached_property
    def found(self) -> list[Found]:
        """Every filled signature field, whatever its kind.

        Raises:
            LimitError: too many of them, or too many revisions.
        """
        return filled_fields(self.reader)

    def lost(self) -> list[str]:
        """Names of fields that were signed in an earlier revision and are no longer."""
        return lost_fields(self.reader, self.found)

    def has_stray(self) -> bool:
        """Whether a signature lies in it that no field of its form shows."""
        return has_stray_signature(self.reader, self.data, self.found)


class ReadSignature:
    """One signature with the checks that need no trust: bytes, coverage, later changes."""

    def __init__(self, opened: OpenedFile, found: Found) -> None:
        """Read it.

        Raises:
            MalformedError: it cannot be read.
        """
        value = found.field["/V"]
        if not isinstance(value, generic.DictionaryObject):
            raise MalformedError
        byte_range, contents = entry(value, "/ByteRange"), entry(value, "/Contents")
        if not isinstance(byte_range, generic.ArrayObject):
            raise MalformedError
        if not isinstance(contents, generic.ByteStringObject | generic.TextStringObject):
            raise MalformedError
        raw = contents if isinstance(contents, bytes) else contents.original_bytes
        if len(raw) > MAX_CONTENTS or entry(value, "/SubFilter") not in _SUBFILTERS:
            raise MalformedError
        self.name = found.name
        self.length = signed_length(byte_range)
        self.covers_all = self.length == len(opened.data)
        self.faults = signature_faults(opened.data, byte_range=byte_range, contents=raw)
        self.embedded = EmbeddedPdfSignature(opened.reader, found.field, found.name)
        if not self.faults:
            self.faults = _revision_faults(opened, self)

    @property
    def is_timestamp(self) -> bool:
        """Whether it is a document timestamp and nobody's signature."""
        return bool(self.embedded.sig_object_type == _TIMESTAMP_TYPE)

    @property
    def revision(self) -> int:
        """Number of the revision that it signs, from 0."""
        return int(self.embedded.signed_revision)

    @property
    def certificate(self) -> x509.Certificate:
        """Certificate of the signer."""
        return self.embedded.signer_cert

    @cached_property
    def has_signature_timestamp(self) -> bool:
        """Whether a timestamp hangs at the signature itself."""
        return next(extract_tst_data_iter(self.embedded.signer_info, signed=False), None) is not None

    @cached_property
    def stamp_digests(self) -> frozenset[str]:
        """Digests that its timestamps are made over; of a document timestamp its own."""
        if self.is_timestamp:
            return frozenset({str(self.embedded.external_md_algorithm)})
        stamps = extract_tst_data_iter(self.embedded.signer_info, signed=False)
        return frozenset(str(_imprint_digest(stamp)) for stamp in stamps)

    def modifications(self, *, last: bool) -> Modifications:
        """What was added to the file after it, in grades.

        Args:
            last: whether nobody signed after it; then only evidence and timestamps may follow.
        """
        if self.faults:
            return "suspicious"
        self.embedded.compute_integrity_info(ARCHIVE_POLICY)
        if self.covers_all:
            return "none"
        result: object = self.embedded.diff_result
        # A certification may forbid what the policy allows (DocMDP, ISO 32000-1, 12.8.2.2).
        permitted = bool(self.embedded.summarise_integrity_info()["docmdp_ok"])
        if not isinstance(result, DiffResult) or not permitted:
            return "suspicious"
        most = ModificationLevel.LTA_UPDATES if last else ModificationLevel.FORM_FILLING
        return "allowed" if result.modification_level <= most else "suspicious"

    def check_coverage(self) -> bool:
        """Whether it covers everything up to the end of its revision."""
        self.embedded.compute_integrity_info(skip_diff=True)
        return bool(self.embedded.coverage >= SignatureCoverageLevel.ENTIRE_REVISION)

    def stamp_certificates(self) -> list[tuple[x509.Certificate, list[x509.Certificate]]]:
        """For each timestamp at the signature: who made it, and the certificates that came along."""
        stamps = extract_tst_data_iter(self.embedded.signer_info, signed=False)
        found = [extract_certs_for_validation(stamp) for stamp in stamps]
        return [(one.signer_cert, list(one.other_certs)) for one in found]

    def names_its_certificate(self) -> bool:
        """Whether the signed attributes bind the certificate (ESS signing-certificate, RFC 5035)."""
        kinds = {attribute["type"].native for attribute in self.embedded.signer_info["signed_attrs"]}
        return bool(kinds & {"signing_certificate", "signing_certificate_v2"})


def frame_faults(opened: OpenedFile) -> tuple[Fault, ...]:
    """Faults of the file as a whole."""
    return file_faults(opened.data)


def _imprint_digest(stamp: cms.SignedData) -> str:
    imprint = stamp["encap_content_info"]["content"].parsed["message_imprint"]
    return str(imprint["hash_algorithm"]["algorithm"].native)


def _revision_faults(opened: OpenedFile, signature: ReadSignature) -> tuple[Fault, ...]:
    """Every end mark after the signed part must belong to a revision that the reader knows."""
    later = opened.reader.xrefs.total_revisions - 1 - signature.revision
    return () if end_marks(opened.data, signature.length) == later else (Fault.REVISIONS,)
