"""Errors of watched folders; they belong to the tree in ``dossier.errors``, which asks for this module."""

from __future__ import annotations

from dossier.errors import InputError


class WatchError(InputError):
    """A watched folder cannot be worked with."""

    code = "watch.error"
    vi = "Không theo dõi được thư mục {item}."
    en = "The folder {item} cannot be watched."
    next_vi = "Kiểm tra thư mục rồi chạy lại lệnh."
    next_en = "Check the folder and run the command again."


class WatchOverlapError(WatchError):
    """Two of the folders are one, or lie in each other; ``item`` and ``other`` are their parts, not paths."""

    code = "watch.overlap"
    vi = "{item} và {other} trùng nhau hoặc nằm trong nhau, nên tệp có thể bị nhận đi nhận lại."
    en = "{item} and {other} are the same or lie in each other, so files could be taken again and again."
    next_vi = "Chọn các thư mục nằm cạnh nhau: quet/vao, quet/da-nhan, quet/loi; xem docs/how-to/watch.md."
    next_en = "Choose folders beside each other: quet/vao, quet/da-nhan, quet/loi; see docs/how-to/watch.md."


class WatchBusyError(WatchError):
    """Another process of this installation watches the folder."""

    code = "watch.busy"
    vi = "Thư mục {item} đang có một lệnh 'motlan watch' khác theo dõi."
    en = "Another 'motlan watch' is watching the folder {item}."
    next_vi = "Dùng lệnh đang chạy, hoặc dừng lệnh đó trước."
    next_en = "Use the one that runs, or stop it first."


class WatchTakenError(WatchError):
    """The mark in the folder is that of another installation."""

    code = "watch.taken"
    vi = "Thư mục {item} thuộc về một kho hoặc máy khác đang theo dõi."
    en = "The folder {item} belongs to another store or machine that watches it."
    next_vi = "Nếu nơi kia đã thôi theo dõi, chạy lại với --take-over."
    next_en = "If the other one has stopped watching it, run the command again with --take-over."


class WatchAwayError(WatchError):
    """The folder, or the mark in it, is not there: a share that is not mounted looks like this."""

    code = "watch.away"
    vi = "Thư mục {item} không có ở đó (ổ mạng chưa gắn?). Đang chờ, không có gì bị mất."
    en = "The folder {item} is not there (share not mounted?). Waiting; nothing is lost."
    next_vi = "Gắn lại ổ mạng; nếu thư mục thật sự mới, chạy lại với --take-over."
    next_en = "Mount the share again; if the folder really is new, run the command again with --take-over."


class WatchMoveError(WatchError):
    """A file that was taken cannot be put where taken files go; ``place`` is the part it should go to."""

    code = "watch.not_moved"
    vi = "Không chuyển được tệp đã xử lý ra khỏi {item} (sang {place}). Tệp được ghi nhớ, không bị nhận lặp."
    en = (
        "A file that was worked on cannot be put from {item} into {place}. It is remembered, not taken again."
    )
    next_vi = "Kiểm tra quyền ghi và chỗ trống của hai thư mục; lệnh sẽ tự làm tiếp."
    next_en = "Check rights and room of both folders; the command goes on by itself."


class WatchBrokenOffError(WatchError):
    """The working process ended in the middle of its work, or met something unforeseen with a file."""

    code = "watch.broken_off"
    vi = "Việc xử lý các tệp vừa nhận bị ngắt giữa chừng."
    en = "Working on the files that were just taken was broken off."
    next_vi = "Không có gì bị mất; lệnh tự thử lại, tệp gây lỗi sẽ được để riêng kèm lý do."
    next_en = "Nothing is lost; it tries again, and a file that is to blame is set aside with the reason."


class WatchNameError(InputError):
    """The name of a file or sub-folder carries a code that does not hold."""

    code = "watch.name"
    vi = "Tên {item} có mã hồ sơ, mã thủ tục hoặc số định danh viết sai."
    en = "The name {item} carries a dossier code, procedure code or identity number that is not well formed."
    next_vi = "Đổi tên cho đúng, ví dụ H26.5.12-261102-0001_1.004222, rồi đặt lại vào thư mục quét."
    next_en = "Rename it, for example H26.5.12-261102-0001_1.004222, and put it into the scan folder again."


class WatchCrashedError(InputError):
    """Working on the file ended the working process, also alone."""

    code = "watch.crashed"
    vi = "Chương trình bị ngắt mỗi lần đọc tệp {item}, nên tệp được để riêng."
    en = "The program was broken off each time it read {item}, so the file was set aside."
    next_vi = "Quét lại giấy tờ này; nếu vẫn vậy, gửi mã lỗi cho bộ phận kỹ thuật."
    next_en = "Scan this paper again; if it happens again, give the code to the technical team."
