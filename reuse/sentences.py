"""Reason code to sentence, for clerks (Vietnamese) and for the documentation (English).

Values are filled in by name: days, steps of trust, places, databases and conditions of the rulebook, never a
name, an identity number or text from a paper.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from dossier.errors import Lang
from dossier.owner_words import in_words


class Sentence(NamedTuple):
    """One sentence in both languages."""

    vi: str
    en: str


_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")

_EVENTS: Mapping[str, Sentence] = {
    "marriage": Sentence("ly hôn, kết hôn hoặc một bên qua đời", "divorce, marriage or death of a spouse"),
    "land": Sentence("chuyển nhượng, thế chấp hoặc biến động đất đai", "transfer, mortgage or other change"),
    "business": Sentence("thay đổi hoặc chấm dứt đăng ký kinh doanh", "change or end of the registration"),
    "construction": Sentence(
        "khởi công, điều chỉnh hoặc gia hạn giấy phép", "work begun, change or extension"
    ),
    "residence": Sentence("thay đổi thông tin cư trú", "change of residence"),
}
_OTHER_EVENT = Sentence("sự kiện làm chấm dứt hiệu lực", "an event that ends it")

_TYPE = {
    "type.accepted": Sentence("Đúng loại giấy tờ.", "The paper is of the wanted type."),
    "type.replacement": Sentence(
        "Kết quả mã {result} được dùng thay cho giấy tờ này.", "Result {result} stands in for this paper."
    ),
    "type.doubtful": Sentence(
        "Chưa chắc chắn về loại giấy tờ; đề nghị cán bộ xem.", "The type is doubtful; a person must look."
    ),
    "type.content_to_read": Sentence(
        "Loại giấy tờ chưa cho biết nội dung; đề nghị cán bộ đọc xem có đúng giấy cần không.",
        "The type does not tell the content; a person must read whether it is the wanted one.",
    ),
    "type.other": Sentence("Không phải loại giấy tờ cần có.", "The paper is of another type."),
}
_OWNER = {
    "owner.same_number": Sentence("Đúng chủ giấy tờ theo số định danh.", "The owner's number agrees."),
    "owner.linked_number": Sentence(
        "Giấy tờ ghi số khác đã được xác nhận là của cùng người.",
        "The paper bears another number that was confirmed as the same person's.",
    ),
    "owner.linked_doubtful": Sentence(
        "Giấy tờ ghi số khác của người này, nhưng tên hoặc ngày sinh không khớp; đề nghị cán bộ đối chiếu.",
        "The paper bears another number of this person, but name or birth differ; a person must compare.",
    ),
    "owner.proposed": Sentence(
        "Giấy tờ ghi số khác nhưng có thể của cùng người ({why}); xác nhận hoặc từ chối đề nghị {proposal}.",
        "The paper bears another number that may be the same person's ({why}); decide proposal {proposal}.",
    ),
    "owner.other_number": Sentence("Giấy tờ của người khác.", "The paper is another person's."),
    "owner.same_name_and_birth": Sentence(
        "Trùng họ tên và ngày sinh nhưng giấy tờ không ghi số định danh; đề nghị cán bộ xác nhận đúng người.",
        "Name and birth agree but the paper has no number to compare; a person must confirm the owner.",
    ),
    "owner.name_only": Sentence(
        "Chỉ trùng họ tên; đề nghị cán bộ xác nhận đúng người.",
        "Only the name agrees; a person must confirm the owner.",
    ),
    "owner.other_name": Sentence("Giấy tờ mang tên người khác.", "The paper bears another name."),
    "owner.nothing_to_compare": Sentence(
        "Giấy tờ không có thông tin để đối chiếu chủ sở hữu; đề nghị cán bộ xem.",
        "Nothing on the paper tells whose it is; a person must look.",
    ),
    "owner.doubtful": Sentence(
        "Chưa chắc chắn giấy tờ là của ai; đề nghị cán bộ xem.", "The owner is doubtful; a person must look."
    ),
    "owner.birth_conflict": Sentence(
        "Năm sinh trên giấy tờ không khớp số định danh; đề nghị cán bộ đối chiếu.",
        "The birth year on the paper does not fit the identity number; a person must compare.",
    ),
    "owner.child_not_named": Sentence(
        "Giấy tờ của con người yêu cầu nhưng chưa nêu số định danh của trẻ; đề nghị cán bộ xác nhận.",
        "A paper of the applicant's child, but the child was not named; a person must confirm.",
    ),
    "owner.person_not_named": Sentence(
        "Chưa nêu số định danh của người có giấy tờ này nên chưa tra được; nêu số định danh rồi hỏi lại.",
        "The person this paper belongs to was not named; name them and ask again.",
    ),
}
_TERM = {
    "term.unlimited": Sentence("Giấy tờ không có thời hạn.", "The paper has no term."),
    "term.until": Sentence("Còn hiệu lực đến hết ngày {until}.", "Valid until the end of {until}."),
    "term.expired": Sentence(
        "Hết hiệu lực từ sau ngày {until}; đề nghị nộp giấy mới.", "Expired after {until}; ask for a new one."
    ),
    "term.not_yet": Sentence(
        "Cấp ngày {issued}, sau ngày tiếp nhận hồ sơ.", "Issued on {issued}, after the day of reception."
    ),
    "term.start_unknown": Sentence(
        "Không rõ giấy tờ đã được cấp vào ngày tiếp nhận hay chưa; đề nghị cán bộ xem ngày cấp.",
        "It cannot be told whether the paper was issued by then; a person must read its date.",
    ),
    "term.unknown": Sentence(
        "Không xác định được thời hạn hiệu lực nên không dùng lại được; đề nghị nộp giấy tờ.",
        "Its term is not known, so it cannot be reused; ask for the paper.",
    ),
    "term.unknown_read": Sentence(
        "Thời hạn hiệu lực ghi trong nội dung giấy tờ; đề nghị cán bộ đọc và xác nhận.",
        "Its term stands in its own text; a person must read and confirm it.",
    ),
}
_SCOPE = {
    "scope.everywhere": Sentence("Có giá trị trên cả nước.", "It counts everywhere in the country."),
    "scope.stated_purpose": Sentence(
        "Mục đích ghi trên giấy phù hợp với thủ tục.", "The purpose on the paper fits the procedure."
    ),
    "scope.purpose_unknown": Sentence(
        "Chưa đọc được mục đích sử dụng trên giấy; đề nghị cán bộ xem.",
        "The purpose on the paper could not be read; a person must look.",
    ),
    "scope.purpose_unclear": Sentence(
        "Chưa rõ mục đích ghi trên giấy có phù hợp với thủ tục không; đề nghị cán bộ xem.",
        "It is not clear whether the purpose on the paper fits; a person must look.",
    ),
    "scope.other_purpose": Sentence(
        "Giấy được cấp cho mục đích khác; đề nghị nộp giấy cấp đúng mục đích.",
        "The paper was issued for another purpose; ask for one issued for this purpose.",
    ),
    "scope.same_place": Sentence("Do cơ quan tại {place} cấp.", "Issued in {place}."),
    "scope.place_not_named": Sentence(
        "Chưa nêu nơi giải quyết nên chưa rõ giấy có giá trị tại đó không; nêu nơi giải quyết rồi hỏi lại.",
        "The place was not named, so its scope cannot be told; name the place and ask again.",
    ),
    "scope.issuer_unknown": Sentence(
        "Chưa đọc được nơi cấp; đề nghị cán bộ xem.", "The issuer could not be read; a person must look."
    ),
    "scope.other_place": Sentence(
        "Nơi cấp không ghi {place}, có thể do sáp nhập đơn vị hành chính; đề nghị cán bộ xem.",
        "The issuer does not name {place}, maybe after a merger of units; a person must look.",
    ),
}
_STANDING = {
    "standing.in_force": Sentence("Chưa bị thay thế, thu hồi.", "Neither replaced nor revoked."),
    "standing.replaced": Sentence(
        "Đã bị thay thế bằng giấy tờ khác; đề nghị nộp bản đang có hiệu lực.",
        "Replaced by another paper; ask for the one in force.",
    ),
    "standing.revoked": Sentence("Đã bị thu hồi, hủy bỏ.", "Revoked."),
    "standing.waiting": Sentence(
        "Giấy tờ đã số hóa nhưng đang chờ cán bộ kiểm tra; đề nghị kiểm tra xong rồi hỏi lại.",
        "Digitised but waiting for a person; finish the check and ask again.",
    ),
    "standing.changes_noted": Sentence(
        "Giấy tờ có ghi thay đổi sau khi cấp; đề nghị cán bộ đọc phần thay đổi.",
        "Changes after issue stand on the paper; a person must read them.",
    ),
    "standing.newer_paper": Sentence(
        "Kho có bản mới hơn chưa dùng được; đề nghị cán bộ xem bản mới.",
        "The store has a newer one that is not usable yet; a person must look at it.",
    ),
    "standing.check_status": Sentence(
        "Được dùng lại; cán bộ cần kiểm tra chưa có {event}.",
        "May be reused; a person must check that there was no {event}.",
    ),
    "standing.check_status_first": Sentence(
        "Chỉ dùng lại sau khi cán bộ kiểm tra chưa có {event}.",
        "May be reused only after a person has checked that there was no {event}.",
    ),
    "standing.event_on_file": Sentence(
        "Kho có giấy tờ về sự kiện sau đó ({event}); cán bộ xem giấy này còn hiệu lực không.",
        "The store holds a paper about a later event ({event}); a person must see whether it still counts.",
    ),
    "standing.may_have_ended": Sentence(
        "Có thể đã hết hiệu lực do {event}; đề nghị nộp giấy tờ.",
        "It may have ended by {event}; ask for the paper.",
    ),
}
_SIGNATURE = {
    "signature.passed": Sentence("Chữ ký số đã kiểm tra, hợp lệ.", "All signatures were verified."),
    "signature.time_unknown": Sentence(
        "Không rõ chữ ký số được kiểm tra khi nào; đề nghị kiểm tra lại.",
        "The time of the signature check is not known; verify again.",
    ),
    "signature.indeterminate": Sentence(
        "Chưa kết luận được chữ ký số; đề nghị kiểm tra lại.",
        "The signatures could not be decided; verify again.",
    ),
    "signature.stamp_pending": Sentence(
        "Đã ký số, đang chờ dấu thời gian; hệ thống tự hoàn tất, đề nghị hỏi lại sau.",
        "Signed, waiting for its timestamp; it completes by itself, ask again later.",
    ),
    "signature.failed": Sentence(
        "Chữ ký số không hợp lệ nên không dùng được.", "A signature failed; the paper cannot be used."
    ),
    "signature.unsigned": Sentence(
        "Bản số hóa chưa được ký số nên không dùng được.", "The copy is not signed; it cannot be used."
    ),
}
_TRUST = {
    "trust.enough": Sentence("Mức tin cậy {trust}, đáp ứng yêu cầu.", "Trust {trust} is enough."),
    "trust.not_compared": Sentence(
        "Bản công dân tự tải lên, chưa đối chiếu bản chính; đề nghị xuất trình bản chính.",
        "Uploaded by the citizen and not compared; ask to see the original.",
    ),
    "trust.waiting": Sentence(
        "Giấy tờ chưa được cơ quan đóng dấu số (mức {trust}); sẽ đạt mức {wanted} khi cán bộ xem xong.",
        "Not sealed by the organisation yet (trust {trust}); reaches {wanted} once an officer has looked.",
    ),
    "trust.stamp_pending": Sentence(
        "Chưa đóng dấu số vì chờ dấu thời gian (mức {trust}); sẽ đạt mức {wanted} khi hoàn tất.",
        "Not sealed yet, as its timestamp is awaited (trust {trust}); reaches {wanted} when complete.",
    ),
    "trust.too_low": Sentence(
        "Mức tin cậy {trust} thấp hơn mức {wanted} cần có; đề nghị xuất trình bản chính.",
        "Trust {trust} is below the wanted {wanted}; ask to see the original.",
    ),
}
_PURPOSE = {
    "purpose.allowed": Sentence("Được xử lý cho mục đích này.", "May be processed for this purpose."),
    "purpose.not_allowed": Sentence(
        "Mục đích tra cứu không cho phép dùng giấy tờ này.", "The purpose does not allow using this paper."
    ),
    "purpose.dossier_wanted": Sentence(
        "Dữ liệu nhạy cảm: nêu mã hồ sơ đang giải quyết rồi hỏi lại.",
        "Sensitive data: state the dossier being handled and ask again.",
    ),
}
_COMPONENT = {
    "component.form": Sentence(
        "Biểu mẫu điền mới cho mỗi hồ sơ.", "A form that is filled in for each dossier."
    ),
    "component.single_use": Sentence(
        "Giấy tờ chỉ dùng một lần, nộp theo từng hồ sơ.", "A paper that serves one dossier only."
    ),
    "component.switched_off": Sentence(
        "Không còn được yêu cầu từ ngày {since}.", "May no longer be demanded since {since}."
    ),
    "component.switched_off_unless": Sentence(
        "Không còn được yêu cầu từ ngày {since}, trừ khi {unless}.",
        "May no longer be demanded since {since}, unless {unless}.",
    ),
    "component.not_mapped": Sentence(
        "Danh mục chưa cho biết đây là loại giấy tờ nào; tra kho (motlan find) trước khi yêu cầu nộp.",
        "The catalogue does not tell which paper this is; look in the store (motlan find) before asking.",
    ),
    "component.condition_not_met": Sentence(
        "Không cần: chỉ yêu cầu {condition}.", "Not needed: asked only {condition}."
    ),
    "component.condition_met": Sentence("Cần có {condition}.", "Needed {condition}."),
    "component.condition_unknown": Sentence(
        "Chỉ cần {condition}; đề nghị hỏi rõ.", "Needed only {condition}; find out first."
    ),
    "component.nothing_held": Sentence(
        "Kho chưa có giấy tờ này; đề nghị nộp để số hóa một lần.",
        "The store does not hold it; ask for it and digitise it once.",
    ),
    "component.several": Sentence(
        "Kho có {count} giấy tờ cùng đáp ứng; cán bộ chọn đúng giấy của hồ sơ này.",
        "{count} papers in the store would do; a person picks the one this dossier is about.",
    ),
    "data.covered": Sentence(
        "Đọc từ {database}, không yêu cầu giấy tờ ({source}, từ ngày {since}).",
        "Read from {database}; the paper must not be asked for ({source}, since {since}).",
    ),
    "data.look_first": Sentence(
        "Tra cứu {database} trước; chỉ yêu cầu giấy tờ khi không tìm thấy.",
        "Look in {database} first; ask for the paper only when nothing is found.",
    ),
    "data.unreadable": Sentence(
        "Không đọc được hoặc dữ liệu sai tại {database}; hướng dẫn công dân đề nghị cập nhật dữ liệu.",
        "{database} cannot be read or is wrong; tell the citizen how to have it corrected.",
    ),
}

_RESTRICTION = {
    "restriction.none": Sentence("Không bị hạn chế xử lý.", "Its processing is not restricted."),
    "restriction.purpose_sees": Sentence(
        "Bị hạn chế xử lý, nhưng mục đích này vẫn được xem.", "Restricted, but this purpose still sees it."
    ),
    "restriction.restricted": Sentence(
        "Đã hạn chế xử lý theo yêu cầu của chủ thể dữ liệu; đề nghị nộp bản mới.",
        "Restricted at the request of the data subject; ask for a new copy.",
    ),
}

_HANDOVER = {
    "handover.done": Sentence("Không phải kết quả đang chờ trả.", "No result that waits to be handed over."),
    "handover.waiting": Sentence(
        "Là kết quả của hồ sơ chưa trả cho công dân; dùng được sau khi trả.",
        "The result of a dossier that was not handed over yet; it counts once it is.",
    ),
}

SENTENCES: Mapping[str, Sentence] = MappingProxyType(
    _TYPE
    | _OWNER
    | _TERM
    | _SCOPE
    | _STANDING
    | _SIGNATURE
    | _TRUST
    | _PURPOSE
    | _RESTRICTION
    | _HANDOVER
    | _COMPONENT
)
"""Every reason code there is."""

ROUTINE = frozenset(
    {
        "type.accepted",
        "owner.same_number",
        "scope.everywhere",
        "scope.stated_purpose",
        "standing.in_force",
        "signature.passed",
        "trust.enough",
        "purpose.allowed",
        "restriction.none",
        "handover.done",
        "component.condition_met",
    }
)
"""Codes that a short answer in words leaves out: they tell nothing a clerk must act on."""


def sentence(code: str, details: Mapping[str, str], *, lang: Lang = "vi") -> str:
    """The sentence of a code with its values.

    Args:
        code: one of ``SENTENCES``.
        details: values by name; days in ISO 8601, events by their code.
        lang: Vietnamese or English.
    """
    template = SENTENCES[code]
    shown = {name: _shown(name, value, lang) for name, value in details.items()}
    return (template.vi if lang == "vi" else template.en).format(**shown)


def _shown(name: str, value: str, lang: Lang) -> str:
    if name == "event":
        event = _EVENTS.get(value, _OTHER_EVENT)
        return event.vi if lang == "vi" else event.en
    if name == "why":
        return in_words(value.split(), lang)
    day = _DAY.match(value)
    if day and lang == "vi":
        return f"{day[3]}/{day[2]}/{day[1]}"
    return value
