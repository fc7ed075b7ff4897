"""The ten conditions of reuse, one file each. A paper is held only when all of them say yes."""

from reuse.conditions import (
    handed_over,
    not_restricted,
    owner_matches,
    purpose_allowed,
    scope_covers,
    signature_verified,
    standing_holds,
    term_covers,
    trust_enough,
    type_matches,
)
from reuse.verdict import Condition

CONDITIONS: tuple[Condition, ...] = (
    type_matches.check,
    owner_matches.check,
    term_covers.check,
    scope_covers.check,
    standing_holds.check,
    signature_verified.check,
    trust_enough.check,
    purpose_allowed.check,
    not_restricted.check,
    handed_over.check,
)
