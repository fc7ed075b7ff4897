"""Files made to crash, to hang or to exhaust whoever reads them. None of them is honest."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf

from tests.signing.attacks import gaps
from tests.signing.attacks_shadow import last_start, page_number, raw_update, root_number, size, stream

Hostile = Callable[[bytes], bytes]

_PIECE = 1 << 20
_ADLER = 65521


def pages_that_are_their_own_kids(data: bytes) -> bytes:
    first = size(data)
    pages = b"<< /Type /Pages /Count 9 /Kids [%d 0 R %d 0 R] >>" % (first + 1, first + 1)
    catalog = b"<< /Type /Catalog /Pages %d 0 R >>" % (first + 1)
    return raw_update(data, {first: catalog, first + 1: pages}, root=first)


def fields_that_are_their_own_kids(data: bytes) -> bytes:
    first = size(data)
    field = b"<< /FT /Sig /T (A) /Kids [%d 0 R %d 0 R] >>" % (first + 1, first + 1)
    return _with_form(data, first, {first + 1: field}, b"[%d 0 R]" % (first + 1))


def fields_nested_a_thousand_deep(data: bytes) -> bytes:
    first = size(data)
    fields = {
        first + 1 + step: b"<< /T (A%d) /Kids [%d 0 R] >>" % (step, first + 2 + step) for step in range(1000)
    }
    return _with_form(data, first, fields, b"[%d 0 R]" % (first + 1))


def fields_of_one_name(data: bytes) -> bytes:
    first = size(data)
    fields = {first + 1 + step: b"<< /FT /Sig /T (Sig1) /V << /ByteRange [] >> >>" for step in range(30)}
    return _with_form(data, first, fields, b"[" + b" ".join(b"%d 0 R" % one for one in fields) + b"]")


def half_a_million_fields(data: bytes) -> bytes:
    first = size(data)
    field = b"<< /FT /Sig /T (A) >>"
    return _with_form(data, first, {first + 1: field}, b"[" + b"%d 0 R " % (first + 1) * 500_000 + b"]")


def objects_that_are_each_other(data: bytes) -> bytes:
    first = size(data)
    loop = {first + 1: b"%d 0 R" % (first + 2), first + 2: b"%d 0 R" % (first + 1)}
    return _with_form(data, first, loop, b"%d 0 R" % (first + 1))


def names_that_go_round(data: bytes) -> bytes:
    first = size(data)
    tree = b"<< /Kids [%d 0 R] /Limits [(a) (z)] >>" % (first + 1)
    catalog = _catalog(data, b"/Names << /Dests %d 0 R /EmbeddedFiles %d 0 R >>" % (first + 1, first + 1))
    return raw_update(data, {first: catalog, first + 1: tree}, root=first)


def brackets_a_hundred_thousand_deep(data: bytes) -> bytes:
    first = size(data)
    return raw_update(data, {first: _catalog(data, b"/X " + b"[" * 100_000)}, root=first)


def dictionaries_a_hundred_thousand_deep(data: bytes) -> bytes:
    first = size(data)
    return raw_update(data, {first: _catalog(data, b"/X " + b"<</A " * 100_000)}, root=first)


def numbers_of_a_million_digits(data: bytes) -> bytes:
    first = size(data)
    return raw_update(data, {first: _catalog(data, b"/X " + b"9" * 1_000_000)}, root=first)


def giant_range(data: bytes) -> bytes:
    start, end = gaps(data)[0]
    old = b"[0 %d %d " % (start, end)
    return data.replace(old, b"[0 %d %s " % (start, b"9" * len(str(end))), 1)


def nothing_but_zeros_behind(data: bytes) -> bytes:
    return data + bytes(1_000_000)


def zeros_in_the_table(data: bytes) -> bytes:
    at = last_start(data) + 8
    return data[:at] + bytes(40) + data[at + 40 :]


def a_bomb_for_a_catalog(data: bytes) -> bytes:
    """An object stream of some kilobytes that unpacks to a gigabyte."""
    packed = _zeros(1 << 30)
    first = size(data)
    body = stream(packed, b"/Type /ObjStm /N 1 /First 10 /Filter /FlateDecode")
    table = _xref_stream(data, first=first, inside=first + 1, container=first + 2, at=len(data))
    return _with_xref_stream(data, {first + 2: body}, table)


def bombs_for_evidence(data: bytes) -> bytes:
    first = size(data)
    bomb = stream(_zeros(1 << 29), b"/Filter /FlateDecode")
    store = b"<< /Certs [%d 0 R] /CRLs [%d 0 R] /OCSPs [%d 0 R] >>" % ((first + 1,) * 3)
    catalog = _catalog(data, b"/DSS %d 0 R" % (first + 2))
    return raw_update(data, {first: catalog, first + 1: bomb, first + 2: store}, root=first)


def a_bomb_packed_five_times(data: bytes) -> bytes:
    packed = _zeros(1 << 27)
    for _ in range(4):
        packed = zlib.compress(packed, 9)
    first = size(data)
    bomb = stream(packed, b"/Type /Metadata /Subtype /XML /Filter [" + b"/FlateDecode " * 5 + b"]")
    catalog = _catalog(data, b"/Metadata %d 0 R" % (first + 1))
    return raw_update(data, {first: catalog, first + 1: bomb}, root=first)


def laughter_in_the_metadata(data: bytes) -> bytes:
    lines = b"".join(b'<!ENTITY l%d "%s">' % (step + 1, b"&l%d;" % step * 10) for step in range(9))
    packet = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">' + lines + b"]><x>&l9;</x>"
    first = size(data)
    catalog = _catalog(data, b"/Metadata %d 0 R" % (first + 1))
    body = stream(packet, b"/Type /Metadata /Subtype /XML")
    return raw_update(data, {first: catalog, first + 1: body}, root=first)


def tables_that_name_themselves(data: bytes) -> bytes:
    start = len(data) + (data[-1:] != b"\n")
    return raw_update(data, {}, prev=start)


def tables_in_a_ring(data: bytes) -> bytes:
    first = len(data) + (data[-1:] != b"\n")
    once = raw_update(data, {}, prev=10**9)
    twice = raw_update(once, {}, prev=first)
    return twice.replace(b"/Prev 1000000000", b"/Prev %010d" % last_start(twice))


def a_thousand_updates(data: bytes) -> bytes:
    for _ in range(1000):
        data = raw_update(data, {})
    return data


def table_of_ten_million_rows(data: bytes) -> bytes:
    first = size(data)
    table = stream(
        _zeros(60_000_000),
        b"/Type /XRef /W [1 4 1] /Index [%d 10000000] /Size %d /Root %d 0 R /Prev %d /Filter /FlateDecode"
        % (first + 1, first + 10_000_001, root_number(data), last_start(data)),
    )
    return _with_xref_stream(data, {}, table)


def table_with_a_negative_index(data: bytes) -> bytes:
    first = size(data)
    table = stream(
        b"\1\0\0\0\1\0" * 2,
        b"/Type /XRef /W [1 4 1] /Index [-5 2] /Size %d /Root %d 0 R /Prev %d"
        % (first + 1, root_number(data), last_start(data)),
    )
    return _with_xref_stream(data, {}, table)


def table_with_columns_of_a_gigabyte(data: bytes) -> bytes:
    first = size(data)
    table = stream(
        b"\1\0\0\0\1\0",
        b"/Type /XRef /W [1 1000000000 1] /Index [0 1] /Size %d /Root %d 0 R /Prev %d"
        % (first + 1, root_number(data), last_start(data)),
    )
    return _with_xref_stream(data, {}, table)


def stream_longer_than_the_file(data: bytes) -> bytes:
    first = size(data)
    body = b"<< /Length 99999999999 >>\nstream\nx\nendstream"
    catalog = _catalog(data, b"/Metadata %d 0 R" % (first + 1))
    return raw_update(data, {first: catalog, first + 1: body}, root=first)


def stream_whose_length_is_itself(data: bytes) -> bytes:
    first = size(data)
    body = b"<< /Length %d 0 R >>\nstream\nx\nendstream" % (first + 1)
    catalog = _catalog(data, b"/Metadata %d 0 R" % (first + 1))
    return raw_update(data, {first: catalog, first + 1: body}, root=first)


def page_that_is_its_own_parent(data: bytes) -> bytes:
    number = page_number(data)
    return raw_update(data, {number: b"<< /Type /Page /Parent %d 0 R >>" % number})


def impossible_dates(data: bytes) -> bytes:
    return data.replace(b"/M (D\\0722026", b"/M (D\\072\0\0\0\0")


def no_catalog(data: bytes) -> bytes:
    return raw_update(data, {}, root=size(data) + 5)


def a_catalog_that_is_a_number(data: bytes) -> bytes:
    first = size(data)
    return raw_update(data, {first: b"42"}, root=first)


def a_thousand_signatures_of_one_byte(data: bytes) -> bytes:
    first = size(data)
    values = {
        first + 1 + step: b"<< /FT /Sig /T (S%d) /V << /Type /Sig /SubFilter /ETSI.CAdES.detached"
        b" /ByteRange [0 1 2 3] /Contents <30> >> >>" % step
        for step in range(1000)
    }
    return _with_form(data, first, values, b"[" + b" ".join(b"%d 0 R" % one for one in values) + b"]")


def only_an_end(data: bytes) -> bytes:
    return b"%PDF-1.7\n/ByteRange\n" + data[data.rindex(b"startxref") :]


def only_end_marks(data: bytes) -> bytes:
    return data + b"%%EOF\n" * 200_000


def encrypted(data: bytes) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="chu", user="", R=6))
    return target.getvalue()


HOSTILE: tuple[Hostile, ...] = (
    pages_that_are_their_own_kids,
    fields_that_are_their_own_kids,
    fields_nested_a_thousand_deep,
    fields_of_one_name,
    half_a_million_fields,
    objects_that_are_each_other,
    names_that_go_round,
    brackets_a_hundred_thousand_deep,
    dictionaries_a_hundred_thousand_deep,
    numbers_of_a_million_digits,
    giant_range,
    nothing_but_zeros_behind,
    zeros_in_the_table,
    a_bomb_for_a_catalog,
    bombs_for_evidence,
    a_bomb_packed_five_times,
    laughter_in_the_metadata,
    tables_that_name_themselves,
    tables_in_a_ring,
    a_thousand_updates,
    table_of_ten_million_rows,
    table_with_a_negative_index,
    table_with_columns_of_a_gigabyte,
    stream_longer_than_the_file,
    stream_whose_length_is_itself,
    page_that_is_its_own_parent,
    impossible_dates,
    no_catalog,
    a_catalog_that_is_a_number,
    a_thousand_signatures_of_one_byte,
    only_an_end,
    only_end_marks,
    encrypted,
)


def _catalog(data: bytes, extra: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = pdf.Root.Pages.objgen[0]
        form = pdf.Root.AcroForm.objgen[0] if "/AcroForm" in pdf.Root else 0
    link = b"/AcroForm %d 0 R " % form if form else b""
    return b"<< /Type /Catalog /Pages %d 0 R " % pages + link + extra + b" >>"


def _with_form(data: bytes, first: int, objects: dict[int, bytes], fields: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = pdf.Root.Pages.objgen[0]
    catalog = b"<< /Type /Catalog /Pages %d 0 R /AcroForm << /Fields %s >> >>" % (pages, fields)
    return raw_update(data, {first: catalog, **objects}, root=first)


def _zeros(count: int) -> bytes:
    """So many zeros, packed: a piece that stands by itself, as often as they take, without packing each."""
    packer = zlib.compressobj(9)
    start = packer.compress(bytes(count % _PIECE)) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(bytes(_PIECE)) + packer.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, wbits=-zlib.MAX_WBITS).flush()
    # The check sum (RFC 1950): with zeros alone its first half stays 1, and the second counts them.
    check = (count % _ADLER << 16 | 1).to_bytes(4, "big")
    return start + piece * (count // _PIECE) + end + check


def _xref_stream(data: bytes, *, first: int, inside: int, container: int, at: int) -> bytes:
    offset = at + (data[-1:] != b"\n")
    rows = b"\2" + container.to_bytes(4, "big") + b"\0" + b"\1" + offset.to_bytes(4, "big") + b"\0"
    return stream(
        rows,
        b"/Type /XRef /W [1 4 1] /Index [%d 1 %d 1] /Size %d /Root %d 0 R /Prev %d"
        % (inside, container, container + 1, inside, last_start(data)),
    )


def _with_xref_stream(data: bytes, objects: dict[int, bytes], table: bytes) -> bytes:
    out = bytearray(data if data.endswith(b"\n") else data + b"\n")
    for number, body in objects.items():
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"%d 0 obj\n" % (size(data) + 9) + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
