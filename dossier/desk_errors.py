"""Errors of the signing desk and of work that people ask for; part of the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.api_errors import RequestConflictError


class SignHeldError(RequestConflictError):
    """Somebody else looks through the paper, or it is being signed."""

    code = "desk.held"
    vi = "Giấy tờ này đang có người khác xem hoặc đang được ký, từ {since}."
    en = "Somebody else is looking through this paper, or it is being signed, since {since}."
    next_vi = "Lấy giấy tờ khác; giấy tờ này trở lại hàng chờ khi người đó rời đi."
    next_en = "Take another paper; this one is free again when they leave it."


class SignOwnError(RequestConflictError):
    """Whoever checked a paper does not sign it: another person of the office does."""

    code = "desk.own_check"
    vi = "Bạn đã kiểm tra giấy tờ này nên không tự ký."
    en = "You checked this paper, so you do not sign it yourself."
    next_vi = "Để giấy tờ này trong hàng chờ; người ký khác của cơ quan sẽ ký."
    next_en = "Leave it in the queue; another signer of the office signs it."


class SignNothingError(RequestConflictError):
    """Nothing was marked that can be signed now."""

    code = "desk.nothing"
    vi = "Không có giấy tờ nào được đánh dấu mà còn chờ ký."
    en = "None of the marked papers waits for a signature."
    next_vi = "Đánh dấu giấy tờ trong hàng chờ rồi ký."
    next_en = "Mark papers in the queue, then sign."


class SignReasonError(RequestConflictError):
    """A paper is given back without a reason."""

    code = "desk.reason"
    vi = "Chưa ghi lý do trả lại, hoặc lý do dài quá {most} chữ."
    en = "There is no reason for giving it back, or it is longer than {most} characters."
    next_vi = "Ghi ngắn gọn điều chưa đúng để người kiểm tra biết phải xem gì."
    next_en = "Write briefly what is wrong, so that the checker knows what to look at."


class SignAgainError(RequestConflictError):
    """Somebody whom the provider let in has been inside for too long to sign without a PIN."""

    code = "desk.sign_in_again"
    vi = "Phiên làm việc đã mở quá {minutes} phút nên chưa ký được."
    en = "This session is older than {minutes} minutes, so nothing can be signed."
    next_vi = "Đăng xuất, đăng nhập lại rồi ký."
    next_en = "Sign out, sign in again, then sign."


class OrderWaitsError(RequestConflictError):
    """The same work was asked for and is not over."""

    code = "archive.ordered"
    vi = "Việc này đã được yêu cầu và đang chờ hoặc đang làm."
    en = "This was asked for already and is waiting or running."
    next_vi = "Xem trạng thái ở danh sách việc bên dưới."
    next_en = "See how it stands in the list below."


class OrderValueError(RequestConflictError):
    """Something in a form of the archive cannot be used."""

    code = "archive.value"
    vi = "{what} chưa dùng được: {reason}."
    en = "{what} cannot be used: {reason}."
    next_vi = "Sửa lại rồi gửi lần nữa."
    next_en = "Correct it and send it again."


class PackageGoneError(RequestConflictError):
    """A package that was made is not kept any more."""

    code = "archive.package_gone"
    vi = "Gói này không còn được giữ để tải về."
    en = "This package is not kept for download any more."
    next_vi = "Yêu cầu đóng gói lại."
    next_en = "Ask for it to be made again."
