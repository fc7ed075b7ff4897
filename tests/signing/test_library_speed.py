from __future__ import annotations

import io
from contextlib import suppress

import pytest
from asn1crypto import x509
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic, misc

from signing import library_speed

library_speed.install()
original = library_speed._read_slowly


def outcome(read: object, data: bytes) -> tuple[object, int]:
    stream = io.BytesIO(data)
    try:
        value = read(stream)  # type: ignore[operator]
    except misc.PdfReadError as error:
        return type(error), -1
    return (type(value), getattr(value, "original_bytes", value)), stream.tell()


@given(
    st.text(alphabet="0123456789abcdefABCDEF \n\r\t%<>gG()\x00", max_size=80).map(
        lambda text: b"<" + text.encode("ascii") + b"> /Next"
    )
)
def test_hexadecimal_strings_are_read_as_the_library_reads_them(data: bytes) -> None:
    assert outcome(library_speed.read_hex_string, data) == outcome(original, data)


def test_a_long_string_and_one_without_end_are_read_as_the_library_reads_them() -> None:
    for data in (b"<" + b"ab" * 40_000 + b">x", b"<" + b"ab" * 40_000, b"<>", b"<a>", b"<"):
        assert outcome(library_speed.read_hex_string, data) == outcome(original, data)


_words = st.text(alphabet="aAbBđĐ ẢảA\u0308\u00a0-", max_size=8)
_names = st.lists(
    st.dictionaries(
        st.sampled_from(["common_name", "organization_name", "country_name"]), _words, min_size=1
    ),
    min_size=1,
    max_size=3,
)


def name_of(parts: list[dict[str, str]]) -> x509.Name:
    sequence = [
        x509.RelativeDistinguishedName(
            [
                x509.NameTypeAndValue(
                    {"type": kind, "value": x509.DirectoryString("utf8_string", x509.UTF8String(text))}
                )
                for kind, text in part.items()
            ]
        )
        for part in parts
    ]
    made = x509.Name("", x509.RDNSequence(sequence))
    return x509.Name.load(made.dump())


@given(_names, _names)
def test_names_are_equal_where_the_standard_says_so(
    first: list[dict[str, str]], second: list[dict[str, str]]
) -> None:
    for one, other in ((first, second), (first, first)):
        left, right = name_of(one), name_of(other)
        try:
            expected = left.chosen == right.chosen
        except ValueError:
            with pytest.raises(ValueError, match=r".*"):
                bool(left == right)
            continue
        assert (left == right) is expected
        assert (left.hashable == right.hashable) is (left.chosen.hashable == right.chosen.hashable)


def test_names_with_forbidden_characters_are_refused_as_before() -> None:
    bad = name_of([{"common_name": "a\ue000"}])
    with pytest.raises(ValueError, match="private use"):
        bool(bad == bad.copy())
    with suppress(ValueError):
        assert bad != 3


def test_installing_twice_changes_nothing() -> None:
    before = generic.read_hex_string_from_stream
    library_speed.install()
    assert generic.read_hex_string_from_stream is before is library_speed.read_hex_string
