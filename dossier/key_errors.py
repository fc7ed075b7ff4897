"""Errors about signing keys and about what holds them: a token, a signing service, a phone."""

from __future__ import annotations

from dossier.error_base import MotlanError


class SigningError(MotlanError):
    """A signature could not be made."""

    code = "signing.failed"
    exit_code = 13
    vi = "Không ký được {item}."
    en = "{item} could not be signed."
    next_vi = "Kiểm tra khóa ký rồi chạy lại cùng lệnh."
    next_en = "Check the signing key and run the same command again."


class KeyUnusableError(SigningError):
    """Certificate expired, revoked, wrong usage, weak key, or no key at all."""

    code = "signing.key_unusable"
    vi = "Không dùng được khóa ký {item}: {reason}."
    en = "Signing key {item} cannot be used: {reason}."
    next_vi = "Gia hạn hoặc thay chứng thư số rồi chạy lại."
    next_en = "Renew or replace the certificate and run it again."


class PinRefusedError(SigningError):
    """A token refused its PIN. It is never tried twice: tokens lock themselves after a few wrong ones."""

    code = "signing.pin_refused"
    vi = "Thiết bị ký {item} không nhận mã PIN: {reason}."
    en = "Signing token {item} does not accept the PIN: {reason}."
    next_vi = "Kiểm tra mã PIN rồi chạy lại; nhập sai vài lần liên tiếp thiết bị sẽ tự khóa."
    next_en = "Check the PIN and run it again; after a few wrong ones the token locks itself."


class TokenMissingError(SigningError):
    """A token is not plugged in, or was pulled and did not come back in time."""

    code = "signing.token_missing"
    vi = "Không thấy thiết bị ký {item}: {reason}."
    en = "Signing token {item} is not there: {reason}."
    next_vi = "Cắm thiết bị rồi chạy lại cùng lệnh; phần đã ký vẫn nguyên."
    next_en = "Plug the token in and run the same command again; what was signed is intact."


class SigningServiceError(SigningError):
    """A remote signing service cannot be reached, refuses, or answers something else."""

    code = "signing.service"
    vi = "Dịch vụ ký số {item} chưa dùng được: {reason}."
    en = "Signing service {item} cannot be used: {reason}."
    next_vi = "Không có gì bị mất; kiểm tra kết nối và tài khoản dịch vụ rồi chạy lại cùng lệnh."
    next_en = "Nothing is lost; check the connection and the account and run the same command again."


class SigningDeclinedError(SigningError):
    """The signer declined on the phone."""

    code = "signing.declined"
    vi = "Người ký đã từ chối xác nhận trên điện thoại ({item})."
    en = "The signer declined on the phone ({item})."
    next_vi = "Hỏi lại người ký; chạy lại lệnh sẽ gửi một yêu cầu xác nhận mới."
    next_en = "Ask the signer; running the command again sends a new request."


class SigningExpiredError(SigningError):
    """Nobody confirmed in time; the prepared files were thrown away."""

    code = "signing.expired"
    vi = "Yêu cầu xác nhận ký đã hết hạn ({item}); các tệp chuẩn bị ký đã được hủy, tệp gốc còn nguyên."
    en = "The request to confirm has expired ({item}); prepared files were discarded, sources are intact."
    next_vi = "Chạy lại lệnh để gửi yêu cầu mới và xác nhận trên điện thoại khi được hỏi."
    next_en = "Run the command again to send a new request, and confirm on the phone when asked."


class SigningWaitingError(SigningError):
    """The signer has not confirmed yet; the request still stands."""

    code = "signing.waiting"
    vi = "Còn chờ người ký xác nhận trên điện thoại ({item})."
    en = "The signer has not confirmed on the phone yet ({item})."
    next_vi = "Xác nhận trên điện thoại rồi chạy lại cùng lệnh: yêu cầu cũ được dùng tiếp, không hỏi lại."
    next_en = (
        "Confirm on the phone and run the same command: the same request goes on, nobody is asked twice."
    )
