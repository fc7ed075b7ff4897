"""What somebody may do to a signed file. Each takes the bytes of one and gives other bytes."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

Attack = Callable[[bytes], bytes]

RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]")


def gaps(data: bytes) -> list[tuple[int, int]]:
    """Start and end of every signature string, brackets included."""
    return [(int(match[1]), int(match[2])) for match in RANGE.finditer(data)]


def updated(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    assert target.getvalue() != data
    return target.getvalue()


def byte_of_the_scan_flipped(data: bytes) -> bytes:
    at = data.index(b"\xff\xd8\xff") + 400
    return data[:at] + bytes((data[at] ^ 0x10,)) + data[at + 1 :]


def byte_of_the_last_stamp_flipped(data: bytes) -> bytes:
    at = data.rindex(b"/DocTimeStamp") + 4
    return data[:at] + b"X" + data[at + 1 :]


def page_contents_replaced(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"0 0 9 9 re f"))
        writer.update_container(page)

    return updated(data, change)


def page_cropped(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page[pdf_name("/CropBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 99, 99)))
        writer.update_container(page)

    return updated(data, change)


def annotation_laid_over(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Square"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (9, 9, 300, 300))),
            }
        )
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page["/Annots"])
        writer.update_container(page)

    return updated(data, change)


def script_added(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        action = {
            pdf_name("/S"): pdf_name("/JavaScript"),
            pdf_name("/JS"): generic.pdf_string("app.alert(1)"),
        }
        writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(action)
        writer.update_root()

    return updated(data, change)


def title_changed(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.document_meta.title = "Giấy tờ khác"
        writer.update_root()

    return updated(data, change)


def mark_repainted(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0]
        picture = field["/AP"]["/N"]
        picture._data = b"1 0 0 rg 0 0 99 99 re f"
        picture._encoded_data = None
        writer.update_container(picture)
        writer.mark_update(field["/AP"].raw_get("/N").reference)

    return updated(data, change)


def value_deleted(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        for index in range(len(writer.root["/AcroForm"]["/Fields"])):
            field = writer.root["/AcroForm"]["/Fields"][index]
            del field["/V"]
            writer.update_container(field)

    return updated(data, change)


def form_deleted(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/AcroForm"]
        writer.update_root()

    return updated(data, change)


def another_field_shows_the_same_signature(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        entries = {
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): generic.pdf_string("Them"),
            pdf_name("/V"): fields[0].raw_get("/V"),
        }
        fields.append(writer.add_object(generic.DictionaryObject(entries)))
        writer.update_container(fields)

    return updated(data, change)


def text_field_added(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        entries = {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.pdf_string("Them"),
            pdf_name("/V"): generic.pdf_string("x"),
        }
        fields.append(writer.add_object(generic.DictionaryObject(entries)))
        writer.update_container(fields)

    return updated(data, change)


def empty_field_laid_over(data: bytes) -> bytes:
    spec = SigFieldSpec("Them", box=(10, 10, 300, 300))
    return updated(data, lambda writer: append_signature_field(writer, spec))


def object_hidden_in_a_revision(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.add_object(generic.StreamObject(stream_data=b"hidden"))

    return updated(data, change)


def content_object_overwritten(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = writer.root["/Pages"]["/Kids"][0].raw_get("/Contents")
        stream = reference.get_object()
        stream._data, stream._encoded_data = b"1 0 0 rg 0 0 500 500 re f", None
        writer.mark_update(reference.reference)

    return updated(data, change)


def language_set(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name("/Lang")] = generic.pdf_string("vi")
        writer.update_root()

    return updated(data, change)


def evidence_flipped(data: bytes) -> bytes:
    at = data.index(b"stream", gaps(data)[1][1]) + 30
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


def evidence_removed(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/DSS"]
        writer.update_root()

    return updated(data, change)


def with_cms(data: bytes, change: Callable[[cms.SignedData], None]) -> bytes:
    """The file with its first signature taken apart, changed and put together again in its place."""
    start, end = gaps(data)[0]
    message = cms.ContentInfo.load(bytes.fromhex(data[start + 1 : end - 1].decode("ascii")))
    change(message["content"])
    digits: bytes = message.dump(force=True).hex().encode("ascii")
    return data[: start + 1] + digits.ljust(end - start - 2, b"0") + data[end - 1 :]


def junk_after_the_end(data: bytes) -> bytes:
    return data + b"\n% more"


def object_appended_without_table(data: bytes) -> bytes:
    return data + b"\n99 0 obj\n<< /Type /Catalog >>\nendobj\n" + data[data.rindex(b"startxref") :]


def junk_before_the_header(data: bytes) -> bytes:
    return b"GIF89a\n" + data


def spaces_in_the_gap(data: bytes) -> bytes:
    _, end = gaps(data)[0]
    return data[: end - 21] + b" " * 20 + data[end - 1 :]


def text_in_the_gap(data: bytes) -> bytes:
    _, end = gaps(data)[0]
    return data[: end - 21] + b">/X <000000000000000" + data[end - 1 :]


def data_behind_the_signature(data: bytes) -> bytes:
    _, end = gaps(data)[0]
    return data[: end - 21] + b"4142434445464748494a" + data[end - 1 :]


def range_widened(data: bytes) -> bytes:
    start, end = gaps(data)[0]
    old = f"/ByteRange [0 {start} {end} ".encode()
    return data.replace(old, f"/ByteRange [0 {start} {end + 4} ".encode()[: len(old)], 1)


def range_negative(data: bytes) -> bytes:
    start, end = gaps(data)[0]
    return data.replace(f"[0 {start} {end} ".encode(), f"[0 {start} -{str(end)[1:]} ".encode(), 1)


def range_removed(data: bytes) -> bytes:
    return data.replace(b"/ByteRange [", b"/ByteStuff [", 1)


def signature_zeroed(data: bytes) -> bytes:
    start, end = gaps(data)[0]
    return data[: start + 1] + b"0" * (end - start - 2) + data[end - 1 :]


def signature_garbled(data: bytes) -> bytes:
    start, _ = gaps(data)[0]
    return data[: start + 9] + b"f" * 400 + data[start + 409 :]


def table_damaged(data: bytes) -> bytes:
    at = data.rindex(b"startxref")
    return data[:at] + b"startxref\n7\n%%EOF\n"


def cut_in_half(data: bytes) -> bytes:
    return data[: len(data) - 300]


def rewritten(data: bytes) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(target)
    return target.getvalue()


FAILING: tuple[Attack, ...] = (
    byte_of_the_scan_flipped,
    byte_of_the_last_stamp_flipped,
    page_contents_replaced,
    page_cropped,
    annotation_laid_over,
    script_added,
    title_changed,
    mark_repainted,
    another_field_shows_the_same_signature,
    text_field_added,
    empty_field_laid_over,
    object_hidden_in_a_revision,
    content_object_overwritten,
    language_set,
    evidence_flipped,
    value_deleted,
    form_deleted,
    junk_after_the_end,
    object_appended_without_table,
    junk_before_the_header,
    spaces_in_the_gap,
    text_in_the_gap,
    data_behind_the_signature,
    range_widened,
    range_negative,
    range_removed,
    signature_zeroed,
    signature_garbled,
    table_damaged,
    cut_in_half,
    rewritten,
)
