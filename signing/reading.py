"""Finding every signature of a file and checking its bytes, before anybody is trusted.

Used twice: by verification, and by signing as the gate that no freshly signed file passes unchecked.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import TracebackType

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.status import SignatureCoverageLevel

from dossier.errors import PdfUnreadableError
from signing.library_log import silence
from signing.objects import entry
from signing.policy import ARCHIVE_POLICY
from signing.report import Modifications
from signing.structure import Fault, end_marks, file_faults, signature_faults, signed_length

silence()

MAX_SIGNATURES = 50
MAX_REVISIONS = 200
MAX_CONTENTS = 4 * 1024 * 1024
_HEADER_WINDOW = 1024
_FIELD_DEPTH = 8
_TIMESTAMP_TYPE = "/DocTimeStamp"
_SUBFILTERS = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached", "/ETSI.RFC3161"})


class LimitError(Exception):
    """The file asks for more work than any honest file does."""


class MalformedError(Exception):
    """Something that claims to be a signature cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A filled signature field.

    Attributes:
        name: full name of the field.
        field: its dictionary.
    """

    name: str
    field: generic.DictionaryObject


class OpenedFile(AbstractContextManager["OpenedFile"]):
    """A PDF opened for verification: its bytes and its objects, read-only."""

    def __init__(self, path: Path, *, item: str) -> None:
        if not path.is_file():
            raise PdfUnreadableError(item, cause="not a regular file")
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
        self.data.close()
        self._stream.close()

    @cached_property
    def reader(self) -> PdfFileReader:
        """Its objects; may raise anything on a damaged file."""
        return PdfFileReader(self._stream)

    @property
    def claims_signature(self) -> bool:
        """Whether anything in the bytes looks like a signature."""
        return self.data.find(b"/ByteRange") >= 0

    def found(self) -> list[Found]:
        """Every filled signature field, whatever its kind.

        Raises:
            LimitError: too many of them, or too many revisions.
        """
        if self.reader.xrefs.total_revisions > MAX_REVISIONS:
            raise LimitError
        found = list(filled_fields(self.reader))
        if len(found) > MAX_SIGNATURES:
            raise LimitError
        return found

    def lost(self) -> list[str]:
        """Names of fields that were signed in an earlier revision and are no longer."""
        present = {one.name for one in self.found()}
        names: list[str] = []
        for revision in range(self.reader.xrefs.total_revisions - 1):
            for one in filled_fields(self.reader.get_historical_resolver(revision)):
                if one.name not in present and one.name not in names:
                    names.append(one.name)
        return names


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
        if not isinstance(result, DiffResult):
            return "suspicious"
        most = ModificationLevel.LTA_UPDATES if last else ModificationLevel.FORM_FILLING
        return "allowed" if result.modification_level <= most else "suspicious"

    def check_coverage(self) -> bool:
        """Whether it covers everything up to the end of its revision."""
        self.embedded.compute_integrity_info(skip_diff=True)
        return bool(self.embedded.coverage >= SignatureCoverageLevel.ENTIRE_REVISION)

    def names_its_certificate(self) -> bool:
        """Whether the signed attributes bind the certificate (ESS signing-certificate, RFC 5035)."""
        kinds = {attribute["type"].native for attribute in self.embedded.signer_info["signed_attrs"]}
        return bool(kinds & {"signing_certificate", "signing_certificate_v2"})


def frame_faults(opened: OpenedFile) -> tuple[Fault, ...]:
    """Faults of the file as a whole."""
    return file_faults(opened.data)


def _revision_faults(opened: OpenedFile, signature: ReadSignature) -> tuple[Fault, ...]:
    """Every end mark after the signed part must belong to a revision that the reader knows."""
    later = opened.reader.xrefs.total_revisions - 1 - signature.revision
    return () if end_marks(opened.data, signature.length) == later else (Fault.REVISIONS,)


def filled_fields(handler: PdfHandler) -> Iterator[Found]:
    """Every filled signature field of a file or of one of its revisions.

    Raises:
        MalformedError: its form is none.
    """
    form = entry(handler.root, "/AcroForm")
    if form is None:
        return
    if not isinstance(form, generic.DictionaryObject):
        raise MalformedError
    fields = entry(form, "/Fields")
    if fields is not None:
        yield from _walk(fields, prefix="", depth=0)


def _walk(fields: object, *, prefix: str, depth: int) -> Iterator[Found]:
    if depth > _FIELD_DEPTH or not isinstance(fields, generic.ArrayObject):
        raise MalformedError
    for index in range(len(fields)):
        field = fields[index]
        if not isinstance(field, generic.DictionaryObject):
            raise MalformedError
        part = str(entry(field, "/T") or "")
        name = f"{prefix}.{part}" if prefix and part else prefix or part
        if _is_signature(field):
            yield Found(name, field)
        if "/Kids" in field:
            yield from _walk(field["/Kids"], prefix=name, depth=depth + 1)


def _is_signature(field: generic.DictionaryObject) -> bool:
    if "/V" not in field:
        return False
    if entry(field, "/FT") == "/Sig":
        # The value itself is not looked up here: reading a signature is slow.
        return not isinstance(field.raw_get("/V"), generic.NullObject)
    value = entry(field, "/V")
    return isinstance(value, generic.DictionaryObject) and "/ByteRange" in value
