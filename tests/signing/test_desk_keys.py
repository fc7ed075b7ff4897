"""Keys by which stores know each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.desk_keys import DeskKeyError, DeskKeys, PublicKeys

OURS = DeskKeys.of_store(bytes(range(32)))
OTHERS = DeskKeys.of_store(bytes(range(1, 33)))


def test_the_same_secret_gives_the_same_keys_and_another_one_others() -> None:
    assert DeskKeys.of_store(bytes(range(32))).public == OURS.public
    assert OTHERS.public.id != OURS.public.id
    assert OURS.public.fingerprint.replace("-", "").lower() == OURS.public.id


def test_only_the_right_store_opens_and_only_for_the_right_use() -> None:
    sealed = OURS.public.seal(b"bi mat", bound_to=b"goi 1")
    assert OURS.open(sealed, bound_to=b"goi 1") == b"bi mat"
    for opener, use in ((OTHERS, b"goi 1"), (OURS, b"goi 2")):
        with pytest.raises(DeskKeyError):
            opener.open(sealed, bound_to=use)


@given(st.data())
def test_a_changed_seal_or_signature_is_noticed(data: st.DataObject) -> None:
    sealed, signature = OURS.public.seal(b"k" * 32, bound_to=b""), OURS.sign(b"noi dung")
    for content, broken in ((sealed, True), (signature, False)):
        place = data.draw(st.integers(0, len(content) - 1))
        changed = bytearray(content)
        changed[place] ^= data.draw(st.integers(1, 127))
        if broken:
            with pytest.raises(DeskKeyError):
                OURS.open(bytes(changed), bound_to=b"")
        else:
            assert not OURS.public.verify(b"noi dung", bytes(changed))
    assert OURS.public.verify(b"noi dung", signature)
    assert not OTHERS.public.verify(b"noi dung", signature)


@pytest.mark.parametrize("told", [("", ""), ("AAAA", "AAAA"), ("không", "phải")])
def test_what_is_no_key_is_refused(told: tuple[str, str]) -> None:
    with pytest.raises(DeskKeyError):
        PublicKeys.from_text(*told)


def test_keys_without_strength_are_refused() -> None:
    weak = PublicKeys(OURS.public.signing, bytes(32))
    with pytest.raises(DeskKeyError):
        weak.seal(b"k" * 32, bound_to=b"")
