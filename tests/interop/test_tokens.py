from __future__ import annotations

import pytest
from asn1crypto import cms, core
from hypothesis import given
from hypothesis import strategies as st

from bench.interop.tokens import cut_out


def message(content: bytes) -> bytes:
    signed = {
        "version": "v1",
        "digest_algorithms": [],
        "encap_content_info": {
            "content_type": "1.2.840.113549.1.9.16.1.4",
            "content": core.ParsableOctetString(content),
        },
        "signer_infos": [],
    }
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return made


def file_with(der: bytes, *, zeros: int, before: bytes, behind: bytes) -> bytes:
    """A file whose byte range leaves out one container, as PDF has it."""
    gap = b"<" + der.hex().encode() + b"00" * zeros + b">"
    start = len(before) + len(head(0, 0, 0))
    return before + head(start, start + len(gap), len(behind)) + gap + behind


def head(start: int, end: int, length: int) -> bytes:
    return f"/ByteRange [0 {start:010} {end:010} {length:010}] ".encode()


@given(
    content=st.binary(max_size=300),
    zeros=st.integers(0, 64),
    before=st.binary(max_size=40).filter(lambda data: b"/" not in data),
    behind=st.binary(max_size=40).filter(lambda data: b"/" not in data),
)
def test_a_token_comes_out_without_its_padding_and_with_what_it_signs(
    content: bytes, zeros: int, before: bytes, behind: bytes
) -> None:
    der = message(content)
    data = file_with(der, zeros=zeros, before=before, behind=behind)
    (token,) = cut_out(data)
    assert (token.kind, token.der) == ("document timestamp", der)
    assert token.data == data[: data.index(b"<" + der.hex().encode())] + behind


def test_a_range_outside_the_file_is_no_token() -> None:
    data = file_with(message(b"x"), zeros=4, before=b"%PDF-", behind=b"end")
    with pytest.raises(ValueError, match="outside"):
        cut_out(data[:-1])


def test_a_gap_that_is_not_pure_hexadecimal_is_no_token() -> None:
    data = file_with(message(b"x"), zeros=4, before=b"%PDF-", behind=b"end")
    with pytest.raises(ValueError, match="hexadecimal"):
        cut_out(data.replace(b"0000>", b"00 )>"))


def test_a_file_without_signatures_has_no_tokens() -> None:
    assert cut_out(b"%PDF-1.7\n%%EOF\n") == ()
