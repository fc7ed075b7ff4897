"""Errors of the HTTP service; they belong to the tree in ``dossier.errors``, which asks for this module."""

from __future__ import annotations

from dossier.error_base import MotlanError


class RequestError(MotlanError):
    """A request that cannot be answered as it was sent."""

    code = "request.invalid"
    exit_code = 17
    vi = "Yêu cầu không dùng được: {reason}."
    en = "The request cannot be used: {reason}."
    next_vi = "Sửa yêu cầu theo mô tả tại /v1/openapi.json rồi gửi lại."
    next_en = "Correct the request by the description at /v1/openapi.json and send it again."


class RequestNulError(RequestError):
    """The address or a value holds NUL, which no field has a use for and no server of databases takes."""

    code = "request.nul"
    vi = "Yêu cầu có ký tự NUL (mã 0) trong địa chỉ hoặc nội dung."
    en = "The request holds the character NUL (code 0) in its address or body."
    next_vi = "Bỏ ký tự đó rồi gửi lại; nếu bấm từ một liên kết thì gõ lại địa chỉ."
    next_en = "Take that character out and send it again; after a link, type the address instead."


class RequestPathError(RequestError):
    """No such address."""

    code = "request.no_such_path"
    vi = "Không có địa chỉ này."
    en = "There is no such address."


class RequestMethodError(RequestError):
    """The address does not take this method."""

    code = "request.method"
    vi = "Địa chỉ này không nhận phương thức đã dùng."
    en = "This address does not take the method that was used."


class RequestTooLargeError(RequestError):
    """The body is larger than the limit (bytes)."""

    code = "request.too_large"
    vi = "Nội dung yêu cầu quá lớn (tối đa {limit} byte)."
    en = "The body of the request is too large (at most {limit} bytes)."
    next_vi = "Gửi ít hơn trong một yêu cầu, hoặc tách thành nhiều yêu cầu."
    next_en = "Send less in one request, or split it."


class RequestMediaTypeError(RequestError):
    """The body is of a type the address does not take."""

    code = "request.media_type"
    vi = "Địa chỉ này chỉ nhận nội dung kiểu {expected}."
    en = "This address takes bodies of type {expected} only."


class RequestSlowError(RequestError):
    """The body did not come in time (seconds)."""

    code = "request.slow"
    vi = "Nội dung yêu cầu không đến đủ trong {seconds} giây."
    en = "The body of the request did not arrive within {seconds} seconds."
    next_vi = "Kiểm tra đường truyền rồi gửi lại."
    next_en = "Check the connection and send it again."


class RequestConflictError(RequestError):
    """Something else is kept under this code already."""

    code = "request.conflict"
    vi = "Đã có nội dung khác dưới mã {item}."
    en = "Something else is already registered under {item}."
    next_vi = "Xem nội dung đã đăng ký; hồ sơ mới phải có mã mới."
    next_en = "Look at what is registered; a new dossier needs a new code."


class RequestValueError(RequestError):
    """A value that fits the description and still cannot be meant; ``item`` is its place in the request."""

    code = "request.value"
    vi = "Giá trị {item} trong yêu cầu không dùng được: cần {expected}."
    en = "The value of {item} in the request cannot be used: expected {expected}."
    next_vi = "Sửa giá trị đó rồi gửi lại; không có gì được ghi."
    next_en = "Correct that value and send it again; nothing was kept."


class PortalCountError(RequestError):
    """A count of the national portal that cannot be one."""

    code = "portal.count"
    vi = "Số liệu của Cổng quốc gia cho {item} không dùng được: {reason}."
    en = "The national portal's count for {item} cannot be used: {reason}."
    next_vi = "Kiểm tra mã cơ quan, ngày và số hồ sơ rồi gửi lại; chưa có gì được ghi."
    next_en = "Check office, days and number, then send it again; nothing was kept."


class RangeOutsideError(RequestError):
    """No byte of the part that was asked for is in the file."""

    code = "request.range"
    vi = "Tệp {item} không có phần đã yêu cầu."
    en = "File {item} has no such part."
    next_vi = "Xem kích thước tệp trong Content-Range của câu trả lời này."
    next_en = "See the size of the file in Content-Range of this answer."


class RateLimitError(RequestError):
    """The caller asks more often than it may."""

    code = "request.rate"
    vi = "Gọi quá nhiều lần; thử lại sau {seconds} giây."
    en = "Too many requests; try again in {seconds} seconds."
    next_vi = "Chờ đúng thời gian trong Retry-After."
    next_en = "Wait as long as Retry-After says."


class ServiceBusyError(RequestError):
    """The service has as much to do as it can."""

    code = "request.busy"
    vi = "Dịch vụ đang bận; thử lại sau {seconds} giây."
    en = "The service is busy; try again in {seconds} seconds."
    next_vi = "Chờ đúng thời gian trong Retry-After; không có gì được ghi dở dang."
    next_en = "Wait as long as Retry-After says; nothing was half done."


class CredentialsError(RequestError):
    """No key or token, or one that does not count; the answer does not say which of its parts is wrong."""

    code = "access.credentials"
    vi = "Chưa xác thực: khóa hoặc mã truy cập thiếu, sai, hết hạn hoặc đã thu hồi."
    en = "Not authenticated: the key or token is missing, wrong, expired or revoked."
    next_vi = "Gửi 'Authorization: Bearer …' với khóa do 'motlan api-key new' cấp hoặc mã của nhà cung cấp."
    next_en = "Send 'Authorization: Bearer …' with a key of 'motlan api-key new' or a token of the provider."


class ProviderUnavailableError(RequestError):
    """The keys of the identity provider cannot be fetched, so its tokens cannot be judged."""

    code = "access.provider"
    vi = "Chưa lấy được khóa công khai của nhà cung cấp danh tính."
    en = "The public keys of the identity provider cannot be fetched."
    next_vi = "Thử lại sau; quản trị kiểm tra MOTLAN_OIDC_JWKS_URL."
    next_en = "Try again later; the administrator checks MOTLAN_OIDC_JWKS_URL."


class NotAdmittedError(RequestError):
    """The caller is known, but may not do this; ``web.auth.matrix`` says who may do what."""

    code = "access.role"
    vi = "Vai trò của khóa hoặc mã truy cập không được làm việc này."
    en = "The role of this key or token does not allow this."
    next_vi = "Xem bảng quyền trong docs/api.md; quản trị cấp khóa có vai trò và phạm vi phù hợp."
    next_en = "See the table of rights in docs/api.md; an administrator issues a key with a fitting role."


class NoGroundError(NotAdmittedError):
    """Nothing was named that justifies the look."""

    code = "access.no_ground"
    vi = "Chưa nêu hồ sơ đang giải quyết hoặc căn cứ pháp lý phù hợp với vai trò."
    en = "Neither a dossier being handled nor a legal ground that fits the role was named."
    next_vi = "Gửi Motlan-Dossier (mã hồ sơ đang mở), Motlan-Ground hoặc Motlan-Emergency."
    next_en = "Send Motlan-Dossier (code of an open dossier), Motlan-Ground or Motlan-Emergency."


class SeveralGroundsError(NotAdmittedError):
    """More than one dossier, legal ground or grant was named: a look has one reason."""

    code = "access.several_grounds"
    vi = "Đã nêu nhiều hơn một căn cứ cho một lần xem."
    en = "More than one ground was named for one look."
    next_vi = "Chỉ gửi một trong ba: Motlan-Dossier, Motlan-Ground, Motlan-Emergency."
    next_en = "Send only one of Motlan-Dossier, Motlan-Ground and Motlan-Emergency."


class DossierNotOpenError(NotAdmittedError):
    """No such dossier is registered, or it is another office's; which of the two is not told."""

    code = "access.dossier_not_open"
    vi = "Không có hồ sơ này đang mở trong phạm vi của khóa hoặc mã truy cập."
    en = "No such dossier is open within the scope of this key or token."
    next_vi = "Đăng ký hồ sơ (POST /v1/dossiers) hoặc dùng khóa đúng cơ quan, đúng thủ tục."
    next_en = "Register the dossier (POST /v1/dossiers), or use a key of its office and procedure."


class DossierClosedError(NotAdmittedError):
    """The dossier was handed over or dropped."""

    code = "access.dossier_closed"
    vi = "Hồ sơ đã đóng nên không còn là căn cứ để xem giấy tờ."
    en = "The dossier is closed and no longer justifies looking at papers."
    next_vi = "Nêu hồ sơ đang mở, hoặc căn cứ pháp lý khác."
    next_en = "Name an open dossier, or another legal ground."


class NotTheirDossierError(NotAdmittedError):
    """Somebody is asked about who is no person of the dossier."""

    code = "access.not_their_dossier"
    vi = "Người được hỏi không thuộc hồ sơ đã nêu."
    en = "The person asked about is no person of the dossier that was named."
    next_vi = "Khai đủ người của hồ sơ khi đăng ký; hồ sơ khác cần mã khác."
    next_en = "Name all persons of a dossier when it is registered; another case needs another code."


class EmergencyEndedError(NotAdmittedError):
    """The emergency grant is unknown, ended, another caller's or for another paper; which is not told."""

    code = "access.emergency"
    vi = "Quyền xem khẩn cấp không có, đã hết hạn hoặc không dành cho việc này."
    en = "The emergency grant does not exist, has ended, or is not for this."
    next_vi = "Xin quyền mới kèm lý do (POST /v1/emergency-grants)."
    next_en = "Ask for a new one with the reason (POST /v1/emergency-grants)."


class FieldBeyondScopeError(NotAdmittedError):
    """A correction names fields that the caller may not see."""

    code = "access.field_scope"
    vi = "Chỉnh sửa giấy tờ {item} có trường ngoài phạm vi được xem."
    en = "The correction of paper {item} names fields beyond the scope of this key or token."
    next_vi = "Dùng khóa có --fields sensitive, hoặc để người được xem các trường đó chỉnh sửa."
    next_en = "Use a key with --fields sensitive, or let somebody correct it who may see these fields."


class FileBeyondScopeError(NotAdmittedError):
    """The file shows fields, or other papers, that the caller may not see."""

    code = "access.file_scope"
    vi = "Tệp {item} cho thấy cả những điều ngoài phạm vi được xem."
    en = "File {item} also shows what lies beyond the scope of this key or token."
    next_vi = (
        "Đọc các trường (GET /v1/documents/…), hoặc dùng khóa có --fields sensitive; bản đã ký thay tệp gốc."
    )
    next_en = "Read its fields (GET /v1/documents/…), or use a key with --fields sensitive; the signed copy."


class DossierFutureError(RequestError):
    """The code of the dossier names a day that has not come."""

    code = "request.future_dossier"
    vi = "Ngày tiếp nhận trong mã hồ sơ {item} chưa đến."
    en = "The day of reception in dossier code {item} has not come yet."
    next_vi = "Kiểm tra mã hồ sơ và đồng hồ của hệ thống một cửa."
    next_en = "Check the code and the clock of the one-stop software."


class AnswerInvalidError(MotlanError):
    """A kept answer is not what this service signed."""

    code = "answer.invalid"
    exit_code = 1
    vi = "Câu trả lời {item} không chứng minh được: {reason}."
    en = "Answer {item} cannot be proven: {reason}."
    next_vi = "Dùng đúng tệp đã nhận và bộ khóa công khai (/v1/answer-keys) của nơi đã trả lời."
    next_en = "Use the file as received, and the public keys (/v1/answer-keys) of whoever answered."


class ServiceRefusedError(RequestError):
    """What a client of the service is told; ``told`` is the code of the problem, ``status`` that of HTTP."""

    code = "client.refused"
    vi = "Dịch vụ không trả lời yêu cầu {item}: {told} ({status}). {detail}"
    en = "The service did not answer request {item}: {told} ({status}). {detail}"
    next_vi = "Xem mã lỗi trong docs/errors.md; gửi mã yêu cầu khi cần hỗ trợ."
    next_en = "See the code in docs/errors.md; tell the request id when you ask for help."


class ServiceUnreachableError(RequestError):
    """No answer came."""

    code = "client.unreachable"
    vi = "Không nhận được trả lời của dịch vụ {item}."
    en = "No answer came from service {item}."
    next_vi = "Kiểm tra địa chỉ, mạng và chứng thư TLS rồi gọi lại; gọi lại không làm gì hai lần."
    next_en = "Check address, network and TLS certificate and call again; nothing is done twice."


class HandlingTimeError(RequestError):
    """A moment that was told about a dossier cannot be; ``reason`` is a sentence of ours."""

    code = "request.handling_time"
    vi = "Thông tin xử lý hồ sơ {item} không khớp: {reason}."
    en = "What was told about dossier {item} does not fit: {reason}."
    next_vi = "Sửa thời điểm theo sổ theo dõi hồ sơ rồi gửi lại toàn bộ thông tin xử lý."
    next_en = "Correct the moment by the dossier register and send the whole again."


class ReadingCopyError(RequestError):
    """A kept file whose pages cannot be drawn; it is given as it is, but not as a copy to read."""

    code = "request.reading_copy"
    vi = "Không vẽ được bản để đọc của giấy tờ {item} từ tệp đang lưu."
    en = "No copy for reading can be drawn of the file that is kept of paper {item}."
    next_vi = "Tải bản đã ký hoặc tệp gốc (copy=signed, copy=original), và báo người vận hành kiểm tra tệp."
    next_en = (
        "Fetch the signed or original file (copy=signed, copy=original), and have the operator check it."
    )


class PeriodError(RequestError):
    """A period that cannot be counted: turned around, or before there were rules for it."""

    code = "request.period"
    vi = "Không lập được báo cáo cho kỳ {item}: ngày cuối trước ngày đầu, hoặc khi đó chưa có quy tắc tính."
    en = "Period {item} cannot be reported: its end is before its beginning, or there were no rules then."
    next_vi = "Chọn kỳ khác, từ 23/06/2022 trở đi."
    next_en = "Choose another period, from 23/06/2022 on."


class ApiKeyUnknownError(RequestError):
    """No key of that id was issued here."""

    code = "access.key_unknown"
    vi = "Không có khóa truy cập {item}."
    en = "There is no API key {item}."
    next_vi = "Xem các khóa bằng 'motlan api-key list'."
    next_en = "See the keys with 'motlan api-key list'."
