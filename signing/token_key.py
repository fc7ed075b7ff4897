"""A key on a PKCS#11 token (HSM, USB token, smart card) as a :class:`signing.keys.SigningKey`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pkcs11
from cryptography import x509

from dossier.errors import KeyUnusableError
from signing.keys import chain_of
from signing.schemes import Scheme, fits, key_bits, longest_signature
from signing.token_owner import TokenOwner
from signing.token_session import TokenCertificate, TokenDriver, TokenSession, best_scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """See :class:`signing.keys.SigningKey`.

    Attributes:
        item: how to name it to a person.
        certificate: read from the token.
        chain: authorities above, from the token and from the settings.
        scheme: what the token can do best, or what the settings ask for.
    """

    item: str
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    scheme: Scheme
    _id: bytes = field(repr=False)
    _owner: TokenOwner = field(repr=False)

    @property
    def signature_size(self) -> int:
        """See :func:`signing.schemes.longest_signature`."""
        return longest_signature(self.scheme, key_bits(self.certificate))

    def sign(self, data: bytes) -> bytes:
        """Sign the SHA-256 digest of ``data``; what comes back is checked against the certificate.

        Raises:
            PinRefusedError, TokenMissingError, KeyUnusableError: see :meth:`TokenOwner.call`.
        """
        made = self._owner.call(
            lambda session, pin: session.sign(self._id, self.scheme, data, pin=pin),
        )
        if not fits(self.certificate, self.scheme, data=data, signature=made):
            reason = "chữ ký của thiết bị không khớp chứng thư số"
            raise KeyUnusableError(self.item, reason=reason)
        return made

    def sign_many(self, datas: Sequence[bytes]) -> list[bytes]:
        """Sign each in turn; other callers get their turn in between. The PIN was asked for once."""
        return [self.sign(data) for data in datas]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenChoice:
    """Which key of a token is meant.

    Attributes:
        label: of the certificate; needed where the token has several.
        id: CKA_ID of the certificate, where labels do not tell two apart.
        scheme: instead of the best that the token lists.
    """

    label: str = ""
    id: bytes = b""
    scheme: Scheme | None = None


def open_token_key(
    owner: TokenOwner, choice: TokenChoice, *, item: str, above: Iterable[x509.Certificate] = ()
) -> TokenKey:
    """Find a certificate and its key on a token.

    Args:
        owner: of the token.
        choice: which one.
        item: how to name the key to a person.
        above: authorities that may be missing on the token.

    Raises:
        PinRefusedError, TokenMissingError: see :meth:`TokenOwner.call`.
        KeyUnusableError: none or several certificates fit, or there is no key with it.
    """

    def look(session: TokenSession, _: str) -> TokenKey:
        everything = session.certificates()
        found = _the_one(session, everything, choice, item=item)
        kind = session.kind(found.id)
        if kind is None:
            raise KeyUnusableError(item, reason="trên thiết bị không có khóa riêng của chứng thư số")
        wanted = choice.scheme or best_scheme(kind)
        if kind.elliptic != (wanted == "ecdsa"):
            raise KeyUnusableError(item, reason="cấu hình scheme không hợp với loại khóa trên thiết bị")
        others = [one.certificate for one in everything]
        return TokenKey(
            item=item,
            certificate=found.certificate,
            chain=chain_of(found.certificate, [*others, *above]),
            scheme=wanted,
            _id=found.id,
            _owner=owner,
        )

    return owner.call(look)


def shown_certificate(driver: TokenDriver, choice: TokenChoice) -> x509.Certificate | None:
    """The certificate that is meant, read without a PIN; nothing where that cannot be told."""
    try:
        shown = driver.shown()
    except pkcs11.PKCS11Error:
        return None
    fitting = [one for one in shown if choice.label in {"", one.label} and choice.id in {b"", one.id}]
    return fitting[0].certificate if len(fitting) == 1 else None


def _the_one(
    session: TokenSession, everything: list[TokenCertificate], choice: TokenChoice, *, item: str
) -> TokenCertificate:
    fitting = [one for one in everything if choice.label in {"", one.label} and choice.id in {b"", one.id}]
    if not choice.label and not choice.id:
        fitting = [one for one in fitting if one.id and session.kind(one.id) is not None]
    if not fitting:
        raise KeyUnusableError(item, reason="không tìm thấy chứng thư số trên thiết bị")
    if len(fitting) > 1:
        reason = "thiết bị có nhiều chứng thư số, cần ghi rõ cert_label hoặc cert_id"
        raise KeyUnusableError(item, reason=reason)
    return fitting[0]
