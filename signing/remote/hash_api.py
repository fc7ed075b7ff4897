"""Keys behind a hash API: digests go out, the person confirms on the phone, signatures are fetched later.

The shape that a Vietnamese service has: ``credentials/get_certificate``, ``signatures/sign`` with the SHA-256
of the signed attributes in hexadecimal, ``signatures/sign/{id}/status`` until signatures are there (base64
of PKCS#1 v1.5). We choose the id of a request, so it is found again after a crash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

import httpx
from cryptography import x509

from dossier.errors import KeyUnusableError, SigningDeclinedError, SigningExpiredError, SigningServiceError
from signing.keys import chain_of
from signing.remote import answers
from signing.remote.confirming import Patience, Request, sign_confirmed
from signing.remote.https import Answer, HttpsService, Json
from signing.schemes import Scheme, key_bits, longest_signature

_CERTIFICATE = "/credentials/get_certificate"
_SIGN = "/signatures/sign"
# Services give the person a few minutes; used where the answer does not say how many.
_CONFIRM_S = 300
_DECLINED = ("REJECT", "DECLIN", "DENIED", "CANCEL")
_EXPIRED = ("EXPIRED", "TIMEOUT")


@dataclass(frozen=True, slots=True, kw_only=True)
class HashApiAccount:
    """Who asks, at which service.

    Attributes:
        service: its address, up to where ``/credentials`` and ``/signatures`` begin.
        sp_id, sp_password: of our program; the password is asked for when it is needed.
        user_id: whose key; sent to the service only.
        serial_number: of the certificate; needed where the person has several.
        at_once: how many digests one confirmation may cover.
        patience: how long to wait for the person.
    """

    service: HttpsService
    sp_id: str
    sp_password: Callable[[], str] = field(repr=False)
    user_id: str = field(repr=False)
    serial_number: str = ""
    at_once: int = 100
    patience: Patience

    def ask(self, path: str, body: Json, *, harmless: bool) -> Answer:
        """One call, with the account in the body."""
        account = {"sp_id": self.sp_id, "sp_password": self.sp_password(), "user_id": self.user_id}
        return self.service.post(path, {**account, **body}, harmless=harmless)


@dataclass(frozen=True, slots=True, kw_only=True)
class HashApiKey:
    """See :class:`signing.remote.confirming.ConfirmedKey`."""

    item: str
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    scheme: Scheme
    _serial: str = field(repr=False)
    _account: HashApiAccount = field(repr=False)

    @property
    def at_once(self) -> int:
        """As configured."""
        return self._account.at_once

    @property
    def patience(self) -> Patience:
        """As configured."""
        return self._account.patience

    @property
    def signature_size(self) -> int:
        """See :func:`signing.schemes.longest_signature`."""
        return longest_signature(self.scheme, key_bits(self.certificate))

    def sign(self, data: bytes) -> bytes:
        """Sign the SHA-256 digest of ``data`` with one confirmation."""
        return self.sign_many([data])[0]

    def sign_many(self, datas: Sequence[bytes]) -> list[bytes]:
        """One confirmation for as many as the account allows at once."""
        return sign_confirmed(self, datas)

    def ask(self, request_id: str, digests: Sequence[bytes], *, asked_before: bool) -> Request:
        """See :class:`signing.remote.confirming.ConfirmedKey`."""
        asked = self.patience.clock()
        answer = self._status(request_id) if asked_before else None
        if answer is not None and not _never_arrived(answer):
            self._refuse_failed(answer)
        else:
            body: Json = {
                "transaction_id": request_id,
                "transaction_desc": f"Một Lần: {len(digests)}",
                "serial_number": self._serial,
                "sign_files": [
                    {
                        "doc_id": str(number),
                        "file_type": "pdf",
                        "sign_type": "hash",
                        "data_to_be_signed": digest.hex(),
                    }
                    for number, digest in enumerate(digests, start=1)
                ],
            }
            answer = self._account.ask(_SIGN, body, harmless=False)
            self._refuse_failed(answer)
        data = answers.table(answer.body, "data")
        lifetime = timedelta(seconds=answers.number(data, "expired_in", _CONFIRM_S))
        # Some services replace our id by their own.
        ticket = answers.text(data, "transaction_id") or request_id
        return Request(id=request_id, ticket=ticket, expires=asked + lifetime)

    def collect(self, request: Request, digests: Sequence[bytes]) -> list[bytes] | None:
        """See :class:`signing.remote.confirming.ConfirmedKey`; some signatures may come later than others."""
        answer = self._status(request.ticket)
        self._refuse_failed(answer)
        found: dict[str, bytes] = {}
        for row in answers.rows(answers.table(answer.body, "data"), "signatures"):
            value = answers.decoded(answers.text(row, "signature_value"))
            if value:
                found[answers.text(row, "doc_id")] = value
        wanted = [str(number) for number in range(1, len(digests) + 1)]
        if len(wanted) == len(found) == 1:
            return list(found.values())
        return [found[name] for name in wanted] if all(name in found for name in wanted) else None

    def _status(self, ticket: str) -> Answer:
        return self._account.service.post(f"{_SIGN}/{quote(ticket, safe='')}/status", {}, harmless=True)

    def _refuse_failed(self, answer: Answer) -> None:
        if answer.status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise self._account.service.refuse(answer)
        said = _said(answer)
        if any(word in said for word in _DECLINED):
            raise SigningDeclinedError(self.item)
        if any(word in said for word in _EXPIRED):
            raise SigningExpiredError(self.item)
        if not _known(answer):
            raise self._account.service.refuse(answer)


def open_hash_api_key(
    account: HashApiAccount,
    *,
    item: str,
    scheme: Scheme = "rsa-pkcs1",
    above: Iterable[x509.Certificate] = (),
) -> HashApiKey:
    """Find the key of a person.

    Args:
        account: who asks, for whom.
        item: how to name the key to a person.
        scheme: how the service signs; it does not say.
        above: authorities that the service may leave out.

    Raises:
        SigningServiceError: the service cannot be used.
        KeyUnusableError: none or several certificates fit.
    """
    answer = account.ask(_CERTIFICATE, {"serial_number": account.serial_number}, harmless=True)
    if not _known(answer):
        raise account.service.refuse(answer)
    listed = answers.rows(answers.table(answer.body, "data"), "user_certificates")
    wanted = account.serial_number.lower()
    fitting = [one for one in listed if wanted in {"", answers.text(one, "serial_number").lower()}]
    if not fitting:
        raise KeyUnusableError(item, reason="không tìm thấy chứng thư số ở dịch vụ")
    if len(fitting) > 1:
        raise KeyUnusableError(item, reason="có nhiều chứng thư số, cần ghi rõ serial_number")
    own = answers.certificate(answers.text(fitting[0], "cert_data"))
    if own is None:
        raise SigningServiceError(item, reason="câu trả lời của dịch vụ không đúng dạng")
    links = answers.table(fitting[0], "chain_data")
    sent = [answers.certificate(answers.text(links, name)) for name in ("ca_cert", "root_cert")]
    return HashApiKey(
        item=item,
        certificate=own,
        chain=chain_of(own, [*(one for one in sent if one is not None), *above]),
        scheme=scheme,
        _serial=answers.text(fitting[0], "serial_number"),
        _account=account,
    )


def _codes(answer: Answer) -> set[int]:
    """The status of HTTP, and the one that the service writes into the body."""
    return {answer.status, answers.number(answer.body, "status_code", answer.status)}


def _known(answer: Answer) -> bool:
    """Whether the service knows what it was asked about."""
    return _codes(answer) == {httpx.codes.OK}


def _never_arrived(answer: Answer) -> bool:
    """Whether the service has never heard of a request; a request that ended is another thing."""
    unknown = {httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST}
    ended = any(word in _said(answer) for word in (*_DECLINED, *_EXPIRED))
    return bool(_codes(answer) & unknown) and not ended


def _said(answer: Answer) -> str:
    """The state in the words of the service, upper case."""
    data = answers.table(answer.body, "data")
    return f"{answers.text(answer.body, 'message')} {answers.text(data, 'status')}".upper()
