"""Errors of what the service offers besides questions: the citizen's side, the feed, what dossiers declare.

They belong to the tree in ``dossier.errors``, which asks for this module.
"""

from __future__ import annotations

from dossier.api_errors import RequestError


class ExportTooLargeError(RequestError):
    """More papers, or more bytes, than one export gives."""

    code = "citizen.export_too_large"
    vi = "Một lần kết xuất chứa tối đa {papers} giấy tờ và {bytes} byte."
    en = "One export holds at most {papers} papers and {bytes} bytes."
    next_vi = "Chọn ít giấy tờ hơn cho mỗi lần kết xuất (--document, hoặc ?document=)."
    next_en = "Choose fewer papers for each export (--document, or ?document=)."


class NothingHeldError(RequestError):
    """No paper of this person has a file that can be given."""

    code = "citizen.nothing_held"
    vi = "Kho không có giấy tờ nào của người này để kết xuất."
    en = "The store holds no paper of this person to export."
    next_vi = "Kiểm tra số định danh; giấy tờ mang số khác phải được ghép chủ sở hữu trước."
    next_en = "Check the number; papers under another number must be linked to the owner first."


class ChangesGoneError(RequestError):
    """What a cursor of the feed points to is not kept any more, or never was here."""

    code = "changes.gone"
    vi = "Nguồn thay đổi không còn giữ phần tiếp theo của vị trí này."
    en = "The feed of changes does not keep what follows this cursor any more."
    next_vi = "Đối chiếu lại toàn bộ, rồi bắt đầu từ đầu (không gửi cursor)."
    next_en = "Compare everything once, then begin anew (send no cursor)."


class CursorInvalidError(RequestError):
    """A cursor that this service did not hand out."""

    code = "changes.cursor"
    vi = "Vị trí (cursor) không phải do dịch vụ này cấp."
    en = "This cursor was not handed out by this service."
    next_vi = "Gửi nguyên văn cursor của câu trả lời trước."
    next_en = "Send the cursor of the answer before, letter by letter."


class ComponentUnknownError(RequestError):
    """The procedure of the dossier has no such component on its day."""

    code = "request.component"
    vi = "Thủ tục của hồ sơ {item} không có thành phần đã khai, hoặc thành phần khai lặp lại."
    en = "The procedure of dossier {item} has no such component, or one was declared twice."
    next_vi = "Xem các thành phần bằng POST /v1/reuse-checks hoặc 'motlan rules procedure'."
    next_en = "See the components with POST /v1/reuse-checks or 'motlan rules procedure'."


class WebhookAddressError(RequestError):
    """An address that nothing is sent to: not https, or inside this network without leave."""

    code = "webhook.address"
    vi = "Không gửi tới địa chỉ {item}: {reason}."
    en = "Nothing is sent to {item}: {reason}."
    next_vi = "Dùng địa chỉ https công khai; máy trong mạng riêng phải ghi ở MOTLAN_WEBHOOK_PRIVATE_HOSTS."
    next_en = (
        "Use a public https address; a host of a private network must stand in MOTLAN_WEBHOOK_PRIVATE_HOSTS."
    )


class WebhookUnknownError(RequestError):
    """No webhook of that id."""

    code = "webhook.unknown"
    vi = "Không có webhook {item}."
    en = "There is no webhook {item}."
    next_vi = "Xem bằng 'motlan webhooks list'."
    next_en = "See them with 'motlan webhooks list'."


class WebhookFailedError(RequestError):
    """The other side did not take what was sent."""

    code = "webhook.failed"
    vi = "Bên nhận {item} không nhận: {reason}."
    en = "Receiver {item} did not take it: {reason}."
    next_vi = "Kiểm tra bên nhận (phải trả 2xx trong 10 giây), rồi chạy 'motlan webhooks test'."
    next_en = (
        "Look after the receiver (it must answer 2xx within 10 seconds), then run 'motlan webhooks test'."
    )


class ReadingCopyError(RequestError):
    """More pages than a copy for reading is drawn of."""

    code = "reading.copy_too_long"
    vi = "Giấy tờ {item} quá dài để tạo bản để đọc (tối đa {pages} trang)."
    en = "Paper {item} is too long for a reading copy (at most {pages} pages)."
    next_vi = "Tải bản đã ký (?copy=signed)."
    next_en = "Download the signed copy (?copy=signed)."
