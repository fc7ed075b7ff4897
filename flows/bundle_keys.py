"""A desk and its centre get to know each other: two small files, carried by hand, compared by people.

The desk's file holds its public keys. The centre enrols them and answers with its own and with the desk's
part of the running numbers of result codes. Each shows a fingerprint, which two people compare aloud.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from dossier.bundle_errors import BundleKeyError
from dossier.bundles import Centre, Desk
from dossier.errors import ArgumentError
from dossier.events import Event, EventKind
from signing.desk_keys import DeskKeyError, PublicKeys
from storage.bodies import canonical_json
from wiring.services import Services

MOST_BYTES: Final = 64 * 1024
"""No file for enrolling, and no receipt, is longer."""

_FORMAT: Final = 1
_DESK: Final = "motlan desk"
_CENTRE: Final = "motlan centre"
_NAME: Final = re.compile(r"^[a-z0-9][a-z0-9._-]{0,63}$", re.ASCII)


def own_keys(services: Services, name: str) -> tuple[bytes, PublicKeys]:
    """The desk's file for its centre, and what to show.

    Raises:
        ArgumentError: the name may be that of a person.
    """
    public = services.desk_keys.public
    return signed_text(services, _keys(_DESK, _need_name(name), public)), public


def enrol(services: Services, content: bytes, *, item: str) -> tuple[Desk, bytes]:
    """Enrol the desk whose file this is; done again it gives the same.

    Returns:
        The desk, and the centre's file for it.

    Raises:
        BundleKeyError: it is no such file, was altered, or there are too many desks.
    """
    told = _read(content, kind=_DESK, item=item)
    public = _public(told, item)
    need_signature(public, told, item=item)
    now = services.clock()
    desk = Desk(
        id=public.id,
        part=0,
        name=_name(told, item),
        signing_key=told["signing_key"],
        receiving_key=told["receiving_key"],
        enrolled_at=now,
    )
    if public.id == services.desk_keys.public.id:
        raise BundleKeyError(item, reason="đây là khóa của chính kho này")
    event = Event(
        kind=EventKind.DESK_ENROLLED, at=now, actor=services.settings.actor, details={"desk": desk.id}
    )
    known = services.store.records.desks.enrol(desk, events=[event])
    answer = {
        **_keys(_CENTRE, services.settings.actor, services.desk_keys.public),
        "desk": known.id,
        "part": known.part,
    }
    return known, signed_text(services, answer)


def join(services: Services, content: bytes, *, item: str) -> Centre:
    """Send bundles to the centre whose file this is, from now on.

    Raises:
        BundleKeyError: it is no such file, was altered, was made for another desk, or this store has joined
            another centre.
    """
    told = _read(content, kind=_CENTRE, item=item)
    public = _public(told, item)
    need_signature(public, told, item=item)
    part = told.get("part")
    if told.get("desk") != services.desk_keys.public.id:
        raise BundleKeyError(item, reason="tệp này dành cho bàn khác")
    if type(part) is not int or part < 1:
        raise BundleKeyError(item, reason="thiếu dải số của bàn")
    centre = Centre(
        id=public.id,
        name=_name(told, item),
        signing_key=told["signing_key"],
        receiving_key=told["receiving_key"],
        desk=services.desk_keys.public.id,
        part=part,
    )
    event = Event(
        kind=EventKind.CENTRE_JOINED,
        at=services.clock(),
        actor=services.settings.actor,
        details={"centre": centre.id, "part": part},
    )
    joined = services.store.records.sent.join(centre, events=[event])
    if joined.id != centre.id:
        raise BundleKeyError(item, reason="kho này đã gia nhập trung tâm khác")
    return joined


def retire(services: Services, desk: str) -> Desk:
    """Take nothing more from a desk.

    Raises:
        ArgumentError: no desk of that id or name.
    """
    records = services.store.records
    found = [each.id for each in records.desks.desks() if desk in (each.id, each.name)]
    if len(found) != 1:
        raise ArgumentError("DESK", expected="mã hoặc tên của một bàn trong 'motlan bundle list'")
    now = services.clock()
    event = Event(
        kind=EventKind.DESK_RETIRED, at=now, actor=services.settings.actor, details={"desk": found[0]}
    )
    retired = records.desks.retire(found[0], at=now, events=[event])
    if retired is None:
        raise ArgumentError("DESK", expected="mã hoặc tên của một bàn trong 'motlan bundle list'")
    return retired


def signed_text(services: Services, told: Mapping[str, object]) -> bytes:
    """A small signed file: JSON with a signature over the rest in canonical form."""
    signature = services.desk_keys.sign(canonical_json(dict(told)).encode())
    signed = {**told, "signature": base64.b64encode(signature).decode()}
    return f"{json.dumps(signed, ensure_ascii=False, indent=1)}\n".encode()


def need_signature(public: PublicKeys, told: Mapping[str, Any], *, item: str) -> None:
    """Refuse a small signed file that another one signed, or that was altered.

    Raises:
        BundleKeyError.
    """
    rest = {name: value for name, value in told.items() if name != "signature"}
    try:
        signature = base64.b64decode(told.get("signature", ""), validate=True)
    except (binascii.Error, TypeError, ValueError):
        signature = b""
    if not public.verify(canonical_json(rest).encode(), signature):
        raise BundleKeyError(item, reason="chữ ký không đúng, tệp đã bị sửa")


def read_small(content: bytes, *, item: str) -> dict[str, Any]:
    """A small JSON file.

    Raises:
        BundleKeyError: it is none.
    """
    try:
        told = json.loads(content) if len(content) <= MOST_BYTES else None
    except (RecursionError, ValueError):
        told = None
    if not isinstance(told, dict):
        raise BundleKeyError(item, reason="không phải tệp của motlan")
    return told


def _read(content: bytes, *, kind: str, item: str) -> dict[str, Any]:
    told = read_small(content, item=item)
    if told.get("motlan") != kind or told.get("format") != _FORMAT:
        wanted = "tệp của bàn ('bundle key')" if kind == _DESK else "tệp của trung tâm ('bundle enrol')"
        raise BundleKeyError(item, reason=f"không phải {wanted}")
    return told


def _keys(kind: str, name: str, public: PublicKeys) -> dict[str, object]:
    signing, receiving = public.as_text()
    return {
        "motlan": kind,
        "format": _FORMAT,
        "name": name,
        "signing_key": signing,
        "receiving_key": receiving,
    }


def _public(told: Mapping[str, Any], item: str) -> PublicKeys:
    try:
        return PublicKeys.from_text(str(told.get("signing_key")), str(told.get("receiving_key")))
    except DeskKeyError as error:
        raise BundleKeyError(item, reason="khóa công khai không đúng") from error


def _name(told: Mapping[str, Any], item: str) -> str:
    name = told.get("name")
    if not isinstance(name, str) or not _NAME.match(name):
        raise BundleKeyError(item, reason="tên không đúng")
    return name


def _need_name(name: str) -> str:
    if not _NAME.match(name):
        raise ArgumentError("--name", expected="chữ thường, số, dấu . _ - (không ghi tên người)")
    return name
