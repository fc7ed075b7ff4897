"""Signature policies: dated values that say what a signature must be like, each with its law text.

The project's own are ``signing/policies/*.toml``; an office adds its own in the folder ``policies`` of its
rulebook. A wrong file stops with file and line. Days are days in Vietnam.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, get_args

from dossier.errors import PolicyUnknownError, RulebookError
from dossier.moments import VIETNAM
from rulebook.load import Reader
from rulebook.table_files import read_table, table_text

POLICIES_FOLDER = "policies"
NEVER = date.min
"""The end of what was never accepted."""

Scheme = Literal["rsassa-pss", "rsassa-pkcs1v15", "ecdsa"]
KeyKind = Literal["rsa", "ec"]

# What digests may be called in a policy: the names of asn1crypto, so that nothing is mistyped silently.
_DIGESTS = frozenset(
    {"sha1", "sha224", "sha256", "sha384", "sha512", "sha512_224", "sha512_256"}
    | {f"sha3_{bits}" for bits in (224, 256, 384, 512)}
)
_USAGES = frozenset({"non_repudiation", "digital_signature"})
_LEAST_BITS: Mapping[KeyKind, int] = {"rsa": 1024, "ec": 160}
_MOST_BITS: Mapping[KeyKind, int] = {"rsa": 16384, "ec": 640}
_MOST_DAYS = 36525
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._")


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRule:
    """Keys of at least so many bits are accepted.

    Attributes:
        bits: of the modulus, or of the curve.
        until: last day; ``None`` if the policy knows of none.
    """

    bits: int
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRule:
    """A signature scheme that is accepted.

    Attributes:
        name: the scheme.
        until: last day; ``None`` if the policy knows of none.
        note: what a report says about a signature made with it, Vietnamese; empty for nothing.
    """

    name: Scheme
    until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturePolicy:
    """What a signature must be like to count, on the days on which this holds.

    Attributes:
        id: short name, as ``--policy`` takes it.
        version: of this id; reports name both.
        name_vi: for people.
        source: law text, or why the office decided so.
        verified: whether somebody compared it with the text of its source.
        since: first day on which it is the policy of the day.
        until: last such day; ``None`` for no end.
        digests: accepted digests (names of asn1crypto) and their last days; others are never accepted.
        rsa, ec: accepted sizes of keys.
        schemes: accepted signature schemes.
        key_usage: the signer's certificate must allow one of these (RFC 5280, 4.2.1.3).
        revocation_age_days: revocation data about the signer must not have been issued longer before the
            proven time of the signature; ``None``: it must be in force then.
        signature_timestamp: whether a signature without a trusted timestamp stays undecided.
        own: of the office, not of the project.
        digest: SHA-256 of the file it was read from, so that an edit that forgot the version still shows.
    """

    id: str
    version: str
    name_vi: str
    source: str
    verified: bool
    since: date
    until: date | None
    digests: Mapping[str, date | None]
    rsa: tuple[SizeRule, ...]
    ec: tuple[SizeRule, ...]
    schemes: tuple[SchemeRule, ...]
    key_usage: tuple[str, ...]
    revocation_age_days: int | None
    signature_timestamp: bool
    own: bool = False
    digest: str = field(default="", repr=False)

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def digest_ends(self, name: str) -> date | None:
        """The last day of a digest: ``None`` if no end is known, ``NEVER`` if it was never accepted."""
        return self.digests.get(name, NEVER)

    def key_ends(self, kind: KeyKind, bits: int) -> date | None:
        """The last day of a key of that size, in the same way."""
        return _latest([rule.until for rule in (self.rsa if kind == "rsa" else self.ec) if rule.bits <= bits])

    def scheme_ends(self, name: str) -> date | None:
        """The last day of a signature scheme, in the same way."""
        return _latest([rule.until for rule in self.schemes if rule.name == name])

    def scheme_note(self, name: str) -> str:
        """What a report says about that scheme; empty for nothing."""
        return next((rule.note for rule in self.schemes if rule.name == name), "")


class Policies:
    """All policies that are known here, of the project and of the office."""

    def __init__(self, policies: Sequence[SignaturePolicy]) -> None:
        # The office's own before the project's, then the one that began last.
        self._all = tuple(sorted(policies, key=lambda one: (one.own, one.since, one.id), reverse=True))

    @property
    def all(self) -> tuple[SignaturePolicy, ...]:
        """Every policy, the one that wins first."""
        return self._all

    def on(self, day: date) -> SignaturePolicy:
        """The policy in force on that day; the office's own goes before the project's.

        Raises:
            PolicyUnknownError: there was none.
        """
        found = next((policy for policy in self._all if policy.holds_on(day)), None)
        if found is None:
            raise PolicyUnknownError(day.isoformat())
        return found

    def named(self, name: str) -> SignaturePolicy:
        """The policy of that id.

        Raises:
            PolicyUnknownError: there is none.
        """
        found = next((policy for policy in self._all if policy.id == name), None)
        if found is None:
            raise PolicyUnknownError(name[:64])
        return found


def end_of(last: date) -> datetime:
    """The first moment at which something that was accepted until that day is accepted no longer; aware."""
    if last in (date.min, date.max):
        return datetime.combine(last, time.min, VIETNAM)
    return datetime.combine(last + timedelta(days=1), time.min, VIETNAM)


def accepted_at(last: date | None, moment: datetime) -> bool:
    """Whether something whose last day this is was accepted at that moment.

    Args:
        last: as the methods ``…_ends`` give it.
        moment: aware.
    """
    return last is None or (last != NEVER and moment < end_of(last))


def load_policies(office: Path | None = None) -> Policies:
    """The project's policies and those of an office.

    Args:
        office: the office's rulebook; its folder ``policies`` need not be there.

    Raises:
        RulebookError: a file is wrong; says which and in which line.
    """
    found = [
        _read(source, own=False)
        for source in _tables(files("signing") / POLICIES_FOLDER)  # one file for each policy
    ]
    for source in _tables(office / POLICIES_FOLDER) if office is not None else ():
        policy = _read(source, own=True)
        if policy.id in {one.id for one in found}:
            raise RulebookError(
                source.name, line=_line(source, "id"), reason=f"id: đã có chính sách {policy.id}"
            )
        found.append(policy)
    return Policies(found)


def _tables(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".toml") and entry.name[0] != "."]
    return sorted(found, key=lambda entry: entry.name)


def _read(source: Traversable, *, own: bool) -> SignaturePolicy:
    reader = Reader(source, read_table(source))
    since, until = reader.days()
    if since is None:
        raise reader.fail("since", "thiếu")
    policy = SignaturePolicy(
        id=_name(reader, "id"),
        version=_name(reader, "version"),
        name_vi=reader.text("name_vi"),
        source=reader.text("source"),
        verified=reader.need("verified", bool),
        since=since,
        until=until,
        digests=_digests(reader),
        rsa=_sizes(reader, "rsa"),
        ec=_sizes(reader, "ec"),
        schemes=_schemes(reader),
        key_usage=_usages(reader),
        revocation_age_days=_age(reader),
        signature_timestamp=reader.need("signature_timestamp", bool),
        own=own,
        digest=hashlib.sha256(table_text(source).encode()).hexdigest(),
    )
    reader.done()
    return policy


def _name(reader: Reader, key: str) -> str:
    value = reader.need(key, str)
    if not value or len(value) > 32 or not set(value) <= _NAME_CHARACTERS:
        raise reader.fail(key, "chỉ gồm a–z, 0–9, dấu chấm, gạch ngang, tối đa 32 ký tự")
    return value


def _digests(reader: Reader) -> Mapping[str, date | None]:
    found: dict[str, date | None] = {}
    for rule in reader.tables("digest"):
        names, until = rule.words("names"), rule.day("until")
        rule.take("source", str, default="")
        for name in names:
            if name not in _DIGESTS:
                raise rule.fail("names", f"không biết hàm băm {name!r}")
            if name in found:
                raise rule.fail("names", f"{name!r} đã ghi ở trên")
            found[name] = until
        if not names:
            raise rule.fail("names", "thiếu")
        rule.done()
    if not found:
        raise reader.fail("digest", "cần ít nhất một hàm băm")
    return found


def _sizes(reader: Reader, kind: KeyKind) -> tuple[SizeRule, ...]:
    found: list[SizeRule] = []
    for rule in reader.tables(kind):
        bits = rule.need("bits", int)
        if not _LEAST_BITS[kind] <= bits <= _MOST_BITS[kind]:
            raise rule.fail("bits", f"cần {_LEAST_BITS[kind]} đến {_MOST_BITS[kind]}")
        found.append(SizeRule(bits=bits, until=rule.day("until")))
        rule.take("source", str, default="")
        rule.done()
    return tuple(found)


def _schemes(reader: Reader) -> tuple[SchemeRule, ...]:
    found: list[SchemeRule] = []
    for rule in reader.tables("scheme"):
        given = rule.need("name", str)
        name = next((known for known in _SCHEMES if known == given), None)
        if name is None:
            raise rule.fail("name", f"{given!r} không thuộc: {', '.join(_SCHEMES)}")
        note = rule.take("note", str, default="")
        found.append(SchemeRule(name=name, until=rule.day("until"), note=note))
        rule.take("source", str, default="")
        rule.done()
    if not found:
        raise reader.fail("scheme", "cần ít nhất một lược đồ ký")
    return tuple(found)


_SCHEMES: tuple[Scheme, ...] = get_args(Scheme)


def _usages(reader: Reader) -> tuple[str, ...]:
    usages = reader.words("key_usage")
    unknown = [usage for usage in usages if usage not in _USAGES]
    if unknown or not usages:
        raise reader.fail("key_usage", f"cần một hay nhiều trong: {', '.join(sorted(_USAGES))}")
    return usages


def _age(reader: Reader) -> int | None:
    if not reader.has("revocation_age_days"):
        return None
    days = reader.need("revocation_age_days", int)
    if not 1 <= days <= _MOST_DAYS:
        raise reader.fail("revocation_age_days", f"cần 1 đến {_MOST_DAYS}")
    return days


def _line(source: Traversable, key: str) -> int:
    lines = table_text(source).splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.split("=")[0].strip() == key), 0)


def _latest(ends: Sequence[date | None]) -> date | None:
    """The latest of several last days; an unknown end is later than any day, no rule at all is never."""
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return None
    return max(known, default=NEVER)
