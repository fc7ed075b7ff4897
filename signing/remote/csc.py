"""Keys behind the API of the Cloud Signature Consortium (CSC), versions 1 and 2.

Version 1 as a Vietnamese service offers it: a login of its own, then ``credentials/list``, ``info``,
``authorize`` and ``signatures/signHash``; ``authorize`` answers when the person has confirmed on the phone.
Version 2: a bearer token by OAuth 2.0, and digests bound to the authorisation.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import httpx
from cryptography import x509

from dossier.errors import KeyUnusableError, SigningDeclinedError, SigningExpiredError, SigningServiceError
from signing.keys import chain_of
from signing.remote import answers
from signing.remote.confirming import Patience, Request, sign_confirmed
from signing.remote.https import Answer, HttpsService, Json
from signing.schemes import Scheme, key_bits, longest_signature

_SHA256 = "2.16.840.1.101.3.4.2.1"
_ALGORITHMS: dict[Scheme, str] = {
    "rsa-pss": "1.2.840.113549.1.1.10",
    "rsa-pkcs1": "1.2.840.113549.1.1.11",
    "ecdsa": "1.2.840.10045.4.3.2",
}
# RSASSA-PSS-params (RFC 4055): SHA-256, MGF1 with SHA-256, salt of 32 bytes.
_PSS_PARAMETERS = base64.b64encode(
    bytes.fromhex(
        "3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500"
        "a203020120"
    )
).decode()
# An authorisation whose end nobody tells is good for an hour (CSC API 1.0.4.0, 11.6: expiresIn).
_SAD_S = 3600
_TOKEN_MARGIN = timedelta(seconds=30)
_DECLINED = ("access_denied", "declin", "reject", "cancel", "denied")
_EXPIRED = ("expire", "timeout", "timed_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class CscAccount:
    """Who asks, at which service.

    Attributes:
        service: its address, up to where ``/csc/…`` begins.
        api: version of the API.
        client_id, client_secret: of our program; the secret is asked for when it is needed.
        user_id: whose key (version 1); sent to the service only.
        profile_id: as the service of version 1 gave it.
        credential_id: which key; needed where the account has several.
        patience: how long to wait for the person.
    """

    service: HttpsService
    api: Literal["v1", "v2"]
    client_id: str
    client_secret: Callable[[], str] = field(repr=False)
    user_id: str = field(default="", repr=False)
    profile_id: str = ""
    credential_id: str = ""
    patience: Patience


class CscSession:
    """Asks with a bearer token, and gets a new one before the old is over. Used by several threads."""

    def __init__(self, account: CscAccount) -> None:
        self.account = account
        self._turn = threading.Lock()
        self._token = ""
        self._good_until: datetime | None = None

    def ask(
        self, call: str, body: Mapping[str, object], *, harmless: bool = False, person_s: float = 0.0
    ) -> Json:
        """One call of the API.

        Raises:
            SigningServiceError, SigningDeclinedError, SigningExpiredError.
        """
        path = f"/csc/{self.account.api}/{call}"
        service = self.account.service
        answer = service.post(path, body, bearer=self._bearer(), harmless=harmless, person_s=person_s)
        if answer.status == httpx.codes.OK and "error" not in answer.body:
            return answer.body
        raise self._error(answer)

    def _bearer(self) -> str:
        now = self.account.patience.clock()
        with self._turn:
            if self._good_until is None or now >= self._good_until:
                answer = self._login()
                token = answers.text(answer.body, "access_token")
                if answer.status != httpx.codes.OK or not token:
                    raise self.account.service.refuse(answer)
                lifetime = timedelta(seconds=answers.number(answer.body, "expires_in", _SAD_S))
                self._token, self._good_until = token, now + max(lifetime - _TOKEN_MARGIN, lifetime / 2)
            return self._token

    def _login(self) -> Answer:
        account = self.account
        body = {"client_id": account.client_id, "client_secret": account.client_secret()}
        if account.api == "v2":
            body |= {"grant_type": "client_credentials", "scope": "service"}
            return account.service.post("/oauth2/token", body, harmless=True, form=True)
        body |= {"user_id": account.user_id, "profile_id": account.profile_id}
        return account.service.post("/v1/login", body, harmless=True)

    def _error(self, answer: Answer) -> SigningServiceError | SigningDeclinedError | SigningExpiredError:
        item, code = self.account.service.item, answer.code.lower()
        if any(word in code for word in _DECLINED):
            return SigningDeclinedError(item, cause=code)
        if any(word in code for word in _EXPIRED):
            return SigningExpiredError(item, cause=code)
        return self.account.service.refuse(answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class CscKey:
    """See :class:`signing.remote.confirming.ConfirmedKey`. Here ``ask`` waits for the person.

    An authorisation cannot be found again by its id: if the process dies while the person decides, the next
    one has to ask anew. Once authorised, the ticket is enough to go on.
    """

    item: str
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    scheme: Scheme
    at_once: int
    _credential: str = field(repr=False)
    _session: CscSession = field(repr=False)

    @property
    def patience(self) -> Patience:
        """As configured."""
        return self._session.account.patience

    @property
    def signature_size(self) -> int:
        """See :func:`signing.schemes.longest_signature`."""
        return longest_signature(self.scheme, key_bits(self.certificate))

    def sign(self, data: bytes) -> bytes:
        """Sign the SHA-256 digest of ``data`` with one confirmation."""
        return self.sign_many([data])[0]

    def sign_many(self, datas: Sequence[bytes]) -> list[bytes]:
        """One authorisation and one ``signHash`` for as many as the credential allows at once."""
        return sign_confirmed(self, datas)

    def ask(self, request_id: str, digests: Sequence[bytes], *, asked_before: bool) -> Request:  # noqa: ARG002
        """See :class:`signing.remote.confirming.ConfirmedKey`."""
        patience = self.patience
        body: dict[str, object] = {
            "credentialID": self._credential,
            "numSignatures": len(digests),
            "description": f"Một Lần: {len(digests)}",
            "clientData": request_id,
            **self._hashes(digests, request_id),
        }
        asked = patience.clock()
        answer = self._session.ask("credentials/authorize", body, person_s=patience.wait_s)
        ticket = answers.text(answer, "SAD")
        if not ticket:
            raise SigningServiceError(self.item, reason="câu trả lời của dịch vụ không đúng dạng")
        expires = asked + timedelta(seconds=answers.number(answer, "expiresIn", _SAD_S))
        return Request(id=request_id, ticket=ticket, expires=expires)

    def collect(self, request: Request, digests: Sequence[bytes]) -> list[bytes] | None:
        """See :class:`signing.remote.confirming.ConfirmedKey`; never ``None``."""
        if self.patience.clock() >= request.expires:
            raise SigningExpiredError(self.item)
        body: dict[str, object] = {
            "credentialID": self._credential,
            "SAD": request.ticket,
            "signAlgo": _ALGORITHMS[self.scheme],
            **self._hashes(digests, request.id),
        }
        if self.scheme == "rsa-pss":
            body["signAlgoParams"] = _PSS_PARAMETERS
        # The person is not asked again: the same ticket for the same digests.
        answer = self._session.ask("signatures/signHash", body, harmless=True)
        found = [answers.decoded(one) for one in answers.texts(answer, "signatures")]
        return [one for one in found if one is not None]

    def _hashes(self, digests: Sequence[bytes], request_id: str) -> dict[str, object]:
        encoded = [base64.b64encode(digest).decode() for digest in digests]
        if self._session.account.api == "v2":
            return {"hashes": encoded, "hashAlgorithmOID": _SHA256}
        documents = [
            {"document_id": f"{request_id}-{number}", "document_name": f"{number}.pdf"}
            for number in range(1, len(encoded) + 1)
        ]
        return {"hash": encoded, "hashAlgo": _SHA256, "documents": documents}


def open_csc_key(
    account: CscAccount, *, item: str, scheme: Scheme | None = None, above: Iterable[x509.Certificate] = ()
) -> CscKey:
    """Find the key of an account.

    Args:
        account: who asks, where.
        item: how to name the key to a person.
        scheme: instead of the best that the service lists.
        above: authorities that the service may leave out.

    Raises:
        SigningServiceError: the service cannot be used.
        KeyUnusableError: none or several keys fit, or it is not to be used.
    """
    session = CscSession(account)
    credential = account.credential_id or _only_credential(session, item)
    asked = {"credentialID": credential, "certificates": "chain", "certInfo": True, "authInfo": True}
    info = session.ask("credentials/info", asked, harmless=True)
    found = [answers.certificate(one) for one in answers.texts(answers.table(info, "cert"), "certificates")]
    if not found or found[0] is None:
        raise KeyUnusableError(item, reason="dịch vụ không trả về chứng thư số")
    key = answers.table(info, "key")
    if answers.text(key, "status") not in {"", "enabled"}:
        raise KeyUnusableError(item, reason="khóa đang bị dịch vụ khóa")
    own = found[0]
    return CscKey(
        item=item,
        certificate=own,
        chain=chain_of(own, [*(one for one in found[1:] if one is not None), *above]),
        scheme=scheme or _best_scheme(answers.texts(key, "algo"), item=item),
        at_once=answers.number(info, "multisign", 1),
        _credential=credential,
        _session=session,
    )


def _only_credential(session: CscSession, item: str) -> str:
    asked = {"userID": session.account.user_id} if session.account.user_id else {}
    found = answers.texts(session.ask("credentials/list", asked, harmless=True), "credentialIDs")
    if not found:
        raise KeyUnusableError(item, reason="tài khoản không có khóa ký")
    if len(found) > 1:
        raise KeyUnusableError(item, reason="tài khoản có nhiều khóa ký, cần ghi rõ credential_id")
    return found[0]


def _best_scheme(listed: Sequence[str], *, item: str) -> Scheme:
    for scheme in ("ecdsa", "rsa-pss", "rsa-pkcs1"):
        if _ALGORITHMS[scheme] in listed:
            return scheme
    # Plain rsaEncryption: the service signs what it is told; older ones mean PKCS#1 v1.5 by it.
    if "1.2.840.113549.1.1.1" in listed or not listed:
        return "rsa-pkcs1"
    raise KeyUnusableError(item, reason="loại khóa không được hỗ trợ")
