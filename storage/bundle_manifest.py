"""The manifest of a bundle as the bytes that are signed, and back."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any, Final

from dossier.bundle_errors import BundleError, BundleSchemaError
from dossier.bundles import FORMAT, BundleManifest, ChainPart, Member
from dossier.ids import Sha256, is_digest
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.schema import REVISION

_SMALL: Final = 2**53
_REVISION: Final = re.compile(r"\d{4}", re.ASCII)


def manifest_bytes(manifest: BundleManifest) -> bytes:
    """What is signed: canonical JSON."""
    return canonical_json({**asdict(manifest), "made_at": moment_to_text(manifest.made_at)}).encode()


def read_manifest(content: bytes, *, item: str) -> BundleManifest:
    """The manifest of a bundle; whose it is and whether it is signed is not known yet.

    Args:
        content: as it stands in the bundle.
        item: how to name the bundle in an error.

    Raises:
        BundleSchemaError: a newer program made it.
        BundleError: it is none.
    """
    try:
        told = json.loads(content)
        version, schema = _number(told["format"]), _schema(told["schema"])
        if version > FORMAT or schema > REVISION:
            raise BundleSchemaError(item, found=f"{version}/{schema}", known=f"{FORMAT}/{REVISION}")
        found = _manifest(told)
        sound = manifest_bytes(found) == content and found.number > found.base >= 0
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise BundleError(item, reason="bản kê không đọc được", cause=type(error).__name__) from error
    if not sound:
        raise BundleError(item, reason="bản kê không đúng khuôn")
    return found


def _manifest(told: dict[str, Any]) -> BundleManifest:
    chain = told["journal"]
    return BundleManifest(
        format=_number(told["format"]),
        schema=_schema(told["schema"]),
        desk=str(told["desk"]),
        centre=str(told["centre"]),
        number=_number(told["number"]),
        base=_number(told["base"]),
        base_manifest=str(told["base_manifest"]),
        made_at=moment_from_text(told["made_at"]),
        demo=told["demo"] is True,
        key=str(told["key"]),
        journal=ChainPart(
            after=_number(chain["after"]),
            after_hash=_digest(chain["after_hash"]),
            entries=_number(chain["entries"]),
            head=_digest(chain["head"]),
        ),
        counts={str(name): _number(count) for name, count in told["counts"].items()},
        members=tuple(
            Member(name=str(each["name"]), size=_number(each["size"]), sha256=Sha256(_digest(each["sha256"])))
            for each in told["members"]
        ),
    )


def _schema(told: object) -> str:
    if not isinstance(told, str) or not _REVISION.fullmatch(told):
        msg = "no schema of ours"
        raise ValueError(msg)
    return told


def _number(told: object) -> int:
    if type(told) is not int or not 0 <= told < _SMALL:
        msg = "no number of ours"
        raise ValueError(msg)
    return told


def _digest(told: object) -> str:
    if not isinstance(told, str) or not is_digest(told):
        msg = "no digest"
        raise ValueError(msg)
    return told
