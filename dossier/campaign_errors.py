"""Errors of campaigns that digitise results of before; told as part of the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.errors import InputError, StoreBusyError


class CounterWaitsError(StoreBusyError):
    """Work of a campaign gives way: somebody at the counter hands papers in."""

    code = "store.counter_first"
    vi = "Quầy đang đưa giấy tờ vào; việc của chiến dịch nhường ({item})."
    en = "The counter hands papers in; work of the campaign gives way ({item})."
    next_vi = "Không cần làm gì: 'motlan campaign run' tự làm tiếp khi quầy xong."
    next_en = "Nothing to do: 'motlan campaign run' goes on by itself when the counter is done."


class CampaignUnknownError(InputError):
    """No campaign or box of that name."""

    code = "campaign.unknown"
    vi = "Không có chiến dịch hoặc hộp {item}."
    en = "There is no campaign or box {item}."
    next_vi = "Xem 'motlan campaign list' và 'motlan campaign show'."
    next_en = "See 'motlan campaign list' and 'motlan campaign show'."


class CampaignStateError(InputError):
    """The campaign is paused or closed."""

    code = "campaign.not_open"
    vi = "Chiến dịch {item} đang tạm dừng hoặc đã đóng."
    en = "Campaign {item} is paused or closed."
    next_vi = "Mở lại bằng 'motlan campaign pause --resume'; chiến dịch đã đóng thì lập chiến dịch mới."
    next_en = "Resume it with 'motlan campaign pause --resume'; after closing, make a new one."


class BoxTakenError(InputError):
    """Somebody else works on the box, or it is done."""

    code = "campaign.box_taken"
    vi = "Hộp {item} đã có {operator} nhận hoặc đã xong."
    en = "Box {item} is taken by {operator} or done."
    next_vi = "Nhận hộp khác: 'motlan campaign take'; người quản lý có thể trả hộp: 'assign --release'."
    next_en = "Take another one: 'motlan campaign take'; the manager can release it: 'assign --release'."
