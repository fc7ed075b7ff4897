"""Which strips of a group stand side by side: those that say the same and look the same.

Strips with the same value and the same doubt are one set, as people confirm them together. Within a set the
writing that looks the same stands together, the commonest first; whatever looks otherwise stands at the end
and is marked, since a value that was read wrongly hides there. Sets whose writing looks alike are neighbours:
the machine may have read one writing in two ways. All functions are pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dossier.ids import DocumentId
from ocr.field_looks import FieldLook


@dataclass(frozen=True, slots=True)
class Strip:
    """One field of a group.

    Attributes:
        document: whose field it is.
        said: value and doubt, as far as they are compared.
        look: of its picture; nothing where it is not known.
    """

    document: DocumentId
    said: tuple[str, str]
    look: FieldLook | None


@dataclass(frozen=True, slots=True)
class AlikeSet:
    """Strips that are confirmed together, in the order in which they stand.

    Attributes:
        strips: their papers.
        odd: those of them whose writing looks otherwise than the rest of the set.
        like_before: the writing looks like that of the set before.
    """

    strips: tuple[DocumentId, ...]
    odd: frozenset[DocumentId]
    like_before: bool = False


@dataclass(frozen=True, slots=True)
class _Ordered:
    """A set with the look of most of it."""

    alike: AlikeSet
    look: FieldLook | None


def side_by_side(strips: Sequence[Strip]) -> tuple[AlikeSet, ...]:
    """The strips in sets, the largest first, each followed by those that look like it."""
    sets: dict[tuple[str, str], list[Strip]] = {}
    for strip in strips:
        sets.setdefault(strip.said, []).append(strip)
    return tuple(_neighbours([_ordered(found) for found in sorted(sets.values(), key=len, reverse=True)]))


def _ordered(strips: Sequence[Strip]) -> _Ordered:
    """Writing that looks the same together, the commonest first, unknown looks after it, odd ones last."""
    first: dict[DocumentId, FieldLook] = {}
    clusters: dict[DocumentId, list[DocumentId]] = {}
    unknown: list[DocumentId] = []
    for strip in strips:
        if strip.look is None:
            unknown.append(strip.document)
            continue
        # With the first of a cluster, not with any: one strip after the other would lead anywhere.
        leader = _nearest(strip.look, first)
        if leader is None:
            leader, first[strip.document] = strip.document, strip.look
        clusters.setdefault(leader, []).append(strip.document)
    found = sorted(clusters, key=lambda one: -len(clusters[one]))
    most = clusters[found[0]] if found else []
    # Without a majority nothing is the odd one.
    rest = [document for leader in found[1:] for document in clusters[leader]]
    odd = rest if len(most) > len(rest) else []
    even = rest if not odd else []
    ordered = (*most, *even, *unknown, *odd)
    return _Ordered(AlikeSet(ordered, frozenset(odd)), first[found[0]] if found else None)


def _nearest(look: FieldLook, first: Mapping[DocumentId, FieldLook]) -> DocumentId | None:
    """The cluster whose first writing is the most alike, if it is alike at all."""
    distances = {leader: look.distance(of) for leader, of in first.items() if look.is_like(of)}
    return min(distances, key=lambda one: distances[one], default=None)


def _neighbours(sets: Sequence[_Ordered]) -> list[AlikeSet]:
    left, found = list(sets), list[AlikeSet]()
    while left:
        head = left.pop(0)
        found.append(head.alike)
        if head.look is None:
            continue
        for other in [one for one in left if one.look is not None and one.look.is_like(head.look)]:
            left.remove(other)
            found.append(AlikeSet(other.alike.strips, other.alike.odd, like_before=True))
    return found
