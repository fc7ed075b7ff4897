"""The table of tampered and unwanted files: number, maker, verdict.

Numbers are those of the project's measurements; rows with a letter belong to the row before.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial

import pikepdf
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec

from signing.report import Conclusion, ExpectedSignature
from tests.signing import attacks, attacks_shadow
from tests.signing.offices import DAY, NOW, Holder, Office, hold

FIELD = "Sig1"
SPEC = SigFieldSpec(FIELD, box=(50, 50, 250, 120))
ANYBODY = (ExpectedSignature(field=FIELD),)
BOTH = (*ANYBODY, ExpectedSignature(field="Sig2"))


@dataclass
class Desk:
    """What attackers start from: an unsigned paper, and an office that signs."""

    plain: bytes
    office: Office
    stranger: Office

    @cached_property
    def signed(self) -> bytes:
        return self.office.sign(self.plain, spec=SPEC)

    @cached_property
    def archived(self) -> bytes:
        return self.office.sign(self.plain, level="LTA", spec=SPEC)

    @cached_property
    def twice(self) -> bytes:
        return self.office.sign(self.signed, level="LTA", name="Sig2")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One attack: how it is made, and what has to be said of it."""

    number: str
    make: Callable[[Desk], bytes]
    conclusion: Conclusion
    because: str | None
    at: datetime = NOW
    expected: tuple[ExpectedSignature, ...] | None = None
    revoked: Callable[[Desk], tuple[tuple[Holder, datetime], ...]] = field(default=lambda _: ())

    @property
    def name(self) -> str:
        made = self.make.func if isinstance(self.make, partial) else self.make
        tail = self.make.args[0].__name__ if isinstance(self.make, partial) else made.__name__
        return f"{self.number}-{tail}"


def of_archived(attack: attacks.Attack, desk: Desk) -> bytes:
    return attack(desk.archived)


def of_signed(attack: attacks.Attack, desk: Desk) -> bytes:
    return attack(desk.signed)


def honest(desk: Desk) -> bytes:
    return desk.archived


def honest_twice(desk: Desk) -> bytes:
    return desk.twice


def unsigned_paper(desk: Desk) -> bytes:
    return desk.plain


def rolled_back_to_the_first_signature(desk: Desk) -> bytes:
    assert desk.twice.startswith(desk.signed)
    return desk.signed


def reprinted(desk: Desk) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(desk.signed)) as pdf:
        del pdf.Root.AcroForm, pdf.pages[0].obj.Annots
        pdf.save(target)
    return target.getvalue()


def page_added(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        page = {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
        }
        pages["/Kids"].append(writer.add_object(generic.DictionaryObject(page)))
        pages[pdf_name("/Count")] = generic.NumberObject(2)
        writer.update_container(pages["/Kids"])
        writer.update_container(pages)

    return attacks.updated(data, change)


def file_attached(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        content = writer.add_object(generic.StreamObject(stream_data=b"them"))
        entry = {
            pdf_name("/Type"): pdf_name("/Filespec"),
            pdf_name("/F"): generic.pdf_string("a.txt"),
            pdf_name("/EF"): generic.DictionaryObject({pdf_name("/F"): content}),
        }
        names = generic.ArrayObject(
            [generic.pdf_string("a.txt"), writer.add_object(generic.DictionaryObject(entry))]
        )
        files = generic.DictionaryObject({pdf_name("/Names"): names})
        writer.root[pdf_name("/Names")] = generic.DictionaryObject({pdf_name("/EmbeddedFiles"): files})
        writer.update_root()

    return attacks.updated(data, change)


def lettered(data: bytes) -> bytes:
    """The paper with a font whose letters are told by a ToUnicode table, as under a scan."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        table = pdf.make_stream(
            b"/CIDInit /ProcSet findresource begin 1 beginbfchar <01> <0041> endbfchar end"
        )
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            ToUnicode=table,
        )
        pdf.pages[0].obj.Resources.Font = pikepdf.Dictionary(F1=pdf.make_indirect(font))
        pdf.save(target)
    return target.getvalue()


def letters_swapped(desk: Desk) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        font = writer.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]["/F1"]
        table = font.raw_get("/ToUnicode").get_object()
        table._data, table._encoded_data = table.data.replace(b"<0041>", b"<0042>"), None
        writer.mark_update(font.raw_get("/ToUnicode").reference)

    return attacks.updated(desk.office.sign(lettered(desk.plain), level="LTA"), change)


def field_refilled(desk: Desk) -> bytes:
    return attacks_shadow.field_refilled(desk.office.sign(attacks_shadow.text_field(desk.plain)))


def contents_freed(desk: Desk) -> bytes:
    return attacks_shadow.contents_freed(desk.office.sign(attacks_shadow.with_second_face(desk.plain)))


def second_face_shown(desk: Desk) -> bytes:
    return attacks_shadow.second_face_shown(desk.office.sign(attacks_shadow.with_second_face(desk.plain)))


def second_catalog_shown(desk: Desk) -> bytes:
    signed = desk.office.sign(attacks_shadow.with_second_catalog(desk.plain))
    return attacks_shadow.second_catalog_shown(signed)


def _with_certificates(data: bytes, old: Holder, new: Holder) -> bytes:
    def change(content: cms.SignedData) -> None:
        kept = [one for one in content["certificates"] if one.chosen.serial_number != old.asn1.serial_number]
        kept.append(cms.CertificateChoices({"certificate": new.asn1}))
        content["certificates"] = cms.CertificateSet(kept)

    return attacks.with_cms(data, change)


def forged_certificate_of_the_same_name(desk: Desk) -> bytes:
    """Row 18: subject, issuer and serial number of the officer, an authority of one's own."""
    forger = hold("Cơ quan cấp MẪU", issuer=None, authority=True)
    serial = desk.office.signer.certificate.serial_number
    return desk.office.sign(desk.plain, by=hold("Nguyễn Thị MẪU", issuer=forger, serial=serial))


def certificate_replaced_by_a_twin(desk: Desk) -> bytes:
    """Row 19: another key under the same issuer and serial number."""
    signer = desk.office.signer
    serial = signer.certificate.serial_number
    twin = hold("Người khác MẪU", issuer=desk.office.issuing, serial=serial)
    return _with_certificates(desk.signed, signer, twin)


def certificate_replaced_with_the_same_key(desk: Desk) -> bytes:
    """Row 20: another certificate for the very key."""
    signer = desk.office.signer
    serial = signer.certificate.serial_number
    other = hold("Người khác MẪU", issuer=desk.office.issuing, serial=serial, key=signer.key)
    return _with_certificates(desk.signed, signer, other)


def signed(desk: Desk) -> bytes:
    return desk.signed


def signed_after_the_end(desk: Desk) -> bytes:
    over = hold("Hết hạn MẪU", issuer=desk.office.issuing, end=NOW - 9 * DAY)
    return desk.office.sign(desk.plain, by=over)


def signed_for_login_only(desk: Desk) -> bytes:
    login = hold("Đăng nhập MẪU", issuer=desk.office.issuing, purpose="login")
    return desk.office.sign(desk.plain, by=login)


def signed_over_sha1(desk: Desk) -> bytes:
    return desk.office.sign(desk.plain, md="sha1")


def signed_by_rsa1024(desk: Desk) -> bytes:
    return desk.office.sign(desk.plain, by=hold("Yếu MẪU", issuer=desk.office.issuing, kind="rsa1024"))


def signed_without_timestamp(desk: Desk) -> bytes:
    return desk.office.sign(desk.plain, level="B")


def timestamp_stripped(desk: Desk) -> bytes:
    def change(content: cms.SignedData) -> None:
        del content["signer_infos"][0]["unsigned_attrs"]

    return attacks.with_cms(desk.signed, change)


def timestamp_of_another_signature(desk: Desk) -> bytes:
    other = desk.office.sign(desk.plain, spec=SPEC)
    start, end = attacks.gaps(other)[0]
    message = cms.ContentInfo.load(bytes.fromhex(other[start + 1 : end - 1].decode("ascii")))
    theirs = message["content"]["signer_infos"][0]["unsigned_attrs"]

    def change(content: cms.SignedData) -> None:
        content["signer_infos"][0]["unsigned_attrs"] = theirs

    return attacks.with_cms(desk.signed, change)


def backdated_by_an_unknown_authority(desk: Desk) -> bytes:
    stamper = desk.stranger.stamper(NOW - 20 * DAY)
    return desk.office.sign(desk.plain, stamper=stamper)


def stamped_by_an_officer(desk: Desk) -> bytes:
    officer = hold("Không cấp dấu MẪU", issuer=desk.office.issuing, kind="rsa2048")
    return desk.office.sign(desk.plain, stamper=desk.office.stamper(tsa=officer))


def strangers_timestamp_appended(desk: Desk) -> bytes:
    return desk.stranger.stamp(desk.signed)


def strangers_timestamp_behind_the_archives(desk: Desk) -> bytes:
    return desk.stranger.stamp(desk.archived)


def old_subfilter_named(data: bytes) -> bytes:
    return data.replace(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 ", 1)


def covered_by_a_later_mark(desk: Desk) -> bytes:
    whole_page = SigFieldSpec("Sig2", box=(0, 0, 595, 842))
    return desk.office.sign(desk.signed, name="Sig2", spec=whole_page)


def covered_by_an_empty_field_below_a_signature(desk: Desk) -> bytes:
    return desk.office.sign(attacks_shadow.field_of_kids_added(desk.signed), name="Sig2")


def revoked_before(desk: Desk) -> tuple[tuple[Holder, datetime], ...]:
    return ((desk.office.signer, NOW - DAY / 2),)


def revoked_after(desk: Desk) -> tuple[tuple[Holder, datetime], ...]:
    return ((desk.office.signer, NOW + DAY / 2),)


def _row(
    number: str,
    make: Callable[[Desk], bytes],
    conclusion: Conclusion,
    because: str | None = None,
    **more: object,
) -> Row:
    return Row(number=number, make=make, conclusion=conclusion, because=because, **more)  # type: ignore[arg-type]


A, S = attacks, attacks_shadow
_CHANGED = "MODIFIED_AFTER_SIGNING"
_FORM = "FORMAT_FAILURE"
_HASH = "HASH_FAILURE"
_GONE = "SIGNATURE_MISSING"

TABLE: tuple[Row, ...] = (
    _row("0", honest, "passed"),
    _row("0", honest_twice, "passed", expected=BOTH),
    _row("1", partial(of_archived, A.byte_of_the_scan_flipped), "failed", _HASH),
    _row("2", partial(of_archived, A.page_contents_replaced), "failed", _CHANGED),
    _row("3", partial(of_archived, A.annotation_laid_over), "failed", _CHANGED),
    _row("4", partial(of_archived, A.object_appended_without_table), "failed", _FORM),
    _row("5", partial(of_archived, A.junk_after_the_end), "failed", _FORM),
    _row("6", partial(of_archived, A.junk_before_the_header), "failed", _FORM),
    _row("7", partial(of_archived, page_added), "failed", _CHANGED),
    _row("8", partial(of_archived, A.page_cropped), "failed", _CHANGED),
    _row("9", partial(of_archived, A.script_added), "failed", _CHANGED),
    _row("10", partial(of_archived, A.title_changed), "failed", _CHANGED),
    _row("11", partial(of_archived, A.evidence_removed), "passed"),
    _row("12", unsigned_paper, "failed", _GONE, expected=ANYBODY),
    _row("13", rolled_back_to_the_first_signature, "failed", _GONE, expected=BOTH),
    _row("14", partial(of_archived, A.value_deleted), "failed", _GONE),
    _row("15", partial(of_signed, A.signature_zeroed), "failed", _FORM),
    _row("16", partial(of_signed, A.range_removed), "failed", _FORM),
    _row("17", partial(of_signed, A.range_negative), "failed", _FORM),
    _row("18", forged_certificate_of_the_same_name, "indeterminate", "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
    _row("19", certificate_replaced_by_a_twin, "indeterminate", "NO_SIGNING_CERTIFICATE_FOUND"),
    _row("20", certificate_replaced_with_the_same_key, "indeterminate", "NO_SIGNING_CERTIFICATE_FOUND"),
    _row("21", signed, "indeterminate", "REVOKED_NO_POE", revoked=revoked_before),
    _row("22", signed_after_the_end, "indeterminate", "OUT_OF_BOUNDS_NO_POE"),
    _row(
        "22b",
        signed_after_the_end,
        "indeterminate",
        "OUT_OF_BOUNDS_NO_POE",
        revoked=revoked_before,
    ),
    _row("23", signed_for_login_only, "indeterminate", "CHAIN_CONSTRAINTS_FAILURE"),
    _row("24", signed_over_sha1, "indeterminate", "CRYPTO_CONSTRAINTS_FAILURE"),
    _row("25", signed_by_rsa1024, "indeterminate", "CRYPTO_CONSTRAINTS_FAILURE"),
    _row("26", signed_without_timestamp, "indeterminate", "SIG_CONSTRAINTS_FAILURE"),
    _row("27", timestamp_of_another_signature, "failed", _HASH),
    _row("28", timestamp_stripped, "indeterminate", "SIG_CONSTRAINTS_FAILURE"),
    _row("29", backdated_by_an_unknown_authority, "indeterminate", "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
    _row("29b", stamped_by_an_officer, "indeterminate", "CHAIN_CONSTRAINTS_FAILURE"),
    _row("30", strangers_timestamp_appended, "passed"),
    _row("30b", strangers_timestamp_behind_the_archives, "passed"),
    _row("31", field_refilled, "failed", _CHANGED),
    _row("32", partial(of_archived, A.mark_repainted), "failed", _CHANGED),
    _row("33", contents_freed, "failed", _CHANGED),
    _row("33b", second_face_shown, "failed", _CHANGED),
    _row("34", second_catalog_shown, "failed"),
    _row("35", partial(of_archived, A.byte_of_the_last_stamp_flipped), "failed"),
    _row("36", letters_swapped, "failed", _CHANGED),
    _row("37", partial(of_archived, file_attached), "failed", _CHANGED),
    _row("38", partial(of_signed, S.literal_string_in_the_gap), "failed", _FORM),
    _row("39", partial(of_signed, S.objects_in_the_gap), "failed", _FORM),
    _row("40", partial(of_signed, A.spaces_in_the_gap), "failed", _FORM),
    _row("41", partial(of_signed, A.text_in_the_gap), "failed", _FORM),
    _row("42", partial(of_signed, A.data_behind_the_signature), "failed", _FORM),
    _row("43", partial(of_archived, A.rewritten), "failed", _HASH),
    _row("44", reprinted, "failed", _GONE, expected=ANYBODY),
    _row(
        "45",
        signed,
        "indeterminate",
        "UNEXPECTED_SIGNER",
        expected=(ExpectedSignature(field=FIELD, signer="Trần Văn MẪU"),),
    ),
    _row("46", partial(of_signed, old_subfilter_named), "failed", _FORM, expected=ANYBODY),
    _row("47", partial(of_archived, A.another_field_shows_the_same_signature), "failed", _CHANGED),
    _row("48", covered_by_a_later_mark, "indeterminate", "GENERIC"),
    _row("48", covered_by_a_later_mark, "indeterminate", "UNEXPECTED_SIGNER", expected=ANYBODY),
    _row("48b", covered_by_an_empty_field_below_a_signature, "indeterminate", "GENERIC"),
    _row("49", honest, "passed", revoked=revoked_after, at=NOW + DAY),
    _row("49b", honest, "passed", at=NOW + 4 * 365 * DAY),
)
