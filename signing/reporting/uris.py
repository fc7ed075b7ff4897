"""The names that ETSI TS 119 102-2 and the W3C give to conclusions and algorithms, and those of ours."""

from __future__ import annotations

from collections.abc import Mapping

from signing.conclusions import FORMAT, MISSING, MODIFIED, SAYINGS, UNEXPECTED
from signing.report import Conclusion

_ETSI = "urn:etsi:019102"
# The standard lets a validator add names of its own behind those of the standard (TS 119 102-2, 4.2.9).
_OURS = "urn:x-motlan"

MAIN_INDICATIONS: Mapping[Conclusion, str] = {
    "passed": f"{_ETSI}:mainindication:total-passed",
    "failed": f"{_ETSI}:mainindication:total-failed",
    "indeterminate": f"{_ETSI}:mainindication:indeterminate",
    "unsigned": f"{_OURS}:mainindication:no-signature-found",
}
CONSTRAINT_INDICATIONS = {
    "passed": f"{_ETSI}:mainindication:passed",
    "failed": f"{_ETSI}:mainindication:failed",
    "not_run": f"{_ETSI}:mainindication:indeterminate",
}
TRUST_INDICATIONS = {True: CONSTRAINT_INDICATIONS["passed"], False: CONSTRAINT_INDICATIONS["not_run"]}
APPLIED = f"{_ETSI}:constraintStatus:applied"
DISABLED = f"{_ETSI}:constraintStatus:disabled"
PROVEN_HERE = f"{_ETSI}:poetype:validation"

# What of the standard comes nearest to a sub-indication of ours, for readers that do not know ours.
_NEAREST: Mapping[str, str] = {
    MODIFIED: FORMAT,
    MISSING: FORMAT,
    UNEXPECTED: "SIG_CONSTRAINTS_FAILURE",
}
_STANDARD = frozenset(SAYINGS) - frozenset(_NEAREST)

DIGESTS: Mapping[str, str] = {
    "sha1": "http://www.w3.org/2000/09/xmldsig#sha1",
    "sha224": "http://www.w3.org/2001/04/xmldsig-more#sha224",
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "sha384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
    "sha3_256": "http://www.w3.org/2007/05/xmldsig-more#sha3-256",
    "sha3_384": "http://www.w3.org/2007/05/xmldsig-more#sha3-384",
    "sha3_512": "http://www.w3.org/2007/05/xmldsig-more#sha3-512",
}
_SCHEMES: Mapping[str, str] = {
    "RSASSA-PSS": "http://www.w3.org/2007/05/xmldsig-more#{digest}-rsa-MGF1",
    "RSASSA-PKCS1-v1_5": "http://www.w3.org/2001/04/xmldsig-more#rsa-{digest}",
    "ECDSA": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-{digest}",
}


def sub_indications(code: str | None, conclusion: Conclusion) -> tuple[str, ...]:
    """The names of a sub-indication: that of the standard first, ours behind it where it is ours."""
    if code is None:
        return ()
    if code in _STANDARD:
        return (f"{_ETSI}:subindication:{code}",)
    nearest = _NEAREST.get(code, FORMAT if conclusion == "failed" else "GENERIC")
    return f"{_ETSI}:subindication:{nearest}", f"{_OURS}:subindication:{code}"


def process(name: str) -> str:
    """The name of a validation process."""
    return f"{_ETSI}:validationprocess:{name}"


def object_type(kind: str) -> str:
    """The name of a kind of validation object."""
    return f"{_ETSI}:validationObject:{kind}"


def constraint(code: str) -> str:
    """The name of a check of ours."""
    return f"{_OURS}:constraint:{code}"


def algorithm(scheme: str, digest: str) -> str:
    """The name of a signature algorithm (RFC 9231); one of ours where there is none."""
    pattern = _SCHEMES.get(scheme)
    if pattern is None or digest not in DIGESTS:
        return f"{_OURS}:algorithm:unknown"
    return pattern.format(digest=digest.replace("_", "-"))
