"""What ``motlan doctor`` says of each finding, and what to do: by code, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Said(NamedTuple):
    """A sentence and the next step in Vietnamese, then in English; no step where nothing is to be done."""

    vi: str
    en: str
    do_vi: str = ""
    do_en: str = ""


POINTS: Final[Mapping[str, tuple[str, str]]] = {
    "settings": ("Cấu hình", "Settings"),
    "secrets": ("Bí mật", "Secrets"),
    "rights": ("Quyền tệp", "Rights of files"),
    "machine": ("Máy", "Machine"),
    "engine": ("Nhận dạng", "Recognition"),
    "database": ("Cơ sở dữ liệu", "Database"),
    "places": ("Nơi lưu", "Places"),
    "records": ("Hồ sơ", "Records"),
    "work": ("Hàng việc", "Work in line"),
    "papers": ("Giấy tờ để riêng", "Papers set aside"),
    "stamps": ("Dấu thời gian chờ", "Waiting timestamps"),
    "copies": ("Bản sao thứ hai", "Second copies"),
    "locks": ("Khóa chống xóa", "Object locks"),
    "objects": ("Đối tượng", "Objects"),
    "journal": ("Nhật ký", "Journal"),
    "jobs": ("Việc định kỳ", "Jobs"),
    "keys": ("Khóa ký", "Signing keys"),
    "trust": ("Gốc tin cậy", "Trust"),
    "timestamps": ("Dịch vụ dấu thời gian", "Timestamp services"),
    "web": ("Trang web", "Web address"),
    "prefect": ("Prefect", "Prefect"),
}

SAID: Final[Mapping[str, Said]] = {
    "settings.ok": Said("đọc được, cơ sở dữ liệu {kind}", "read, database {kind}"),
    "settings.not_production": Said(
        "chưa bật vận hành thật (production)",
        "production is off",
        "Đặt production = true khi dùng thật: khi đó khóa trình diễn bị từ chối.",
        "Set production = true in earnest: demo keys are refused then.",
    ),
    "settings.one_address": Said(
        "đứng sau proxy nhưng mọi trình duyệt bị coi là một địa chỉ",
        "behind a proxy, all browsers count as one address",
        "Cho proxy tự ghi phần cuối của X-Forwarded-For rồi đặt MOTLAN_STATION_FORWARDED=true.",
        "Let the proxy write the last of X-Forwarded-For itself, then set MOTLAN_STATION_FORWARDED=true.",
    ),
    "settings.no_password_list": Said(
        "chưa có danh sách mật khẩu bị lộ",
        "there is no list of stolen passwords",
        "Đặt MOTLAN_STATION_BREACHED_PASSWORDS (docs/station.md).",
        "Set MOTLAN_STATION_BREACHED_PASSWORDS (docs/station.md).",
    ),
    "secrets.ok": Said("đọc được {count}", "{count} can be read"),
    "secrets.asks": Said(
        "{setting} phải hỏi người",
        "{setting} asks a person",
        "Dịch vụ không hỏi được ai: dùng file: hoặc credential:.",
        "A service can ask nobody: use file: or credential:.",
    ),
    "rights.ok": Said("chỉ chủ sở hữu đọc được", "readable by the owner alone"),
    "rights.no_folder": Said(
        "thư mục dữ liệu không có",
        "there is no data folder",
        "Kiểm tra MOTLAN_DATA và ổ đĩa; kho mới: motlan init.",
        "Look at MOTLAN_DATA and the disk; for a new store: motlan init.",
    ),
    "rights.folder_open": Said(
        "tài khoản khác vào được thư mục dữ liệu",
        "other accounts can enter the data folder",
        "chmod 700 thư mục dữ liệu.",
        "chmod 700 the data folder.",
    ),
    "rights.key_open": Said(
        "tài khoản khác đọc được store.key",
        "other accounts can read store.key",
        "chmod 600 store.key, và coi như khóa đã lộ nếu máy có người khác dùng.",
        "chmod 600 store.key, and take it for known if others use this machine.",
    ),
    "rights.key_file_open": Said(
        "tệp khóa {file} để người khác đọc hoặc sửa được",
        "the key file {file} may be read or changed by others",
        "chmod 640, chủ root, nhóm motlan.",
        "chmod 640, owner root, group motlan.",
    ),
    "machine.ok": Said("{cores} nhân, {gib} GiB", "{cores} cores, {gib} GiB"),
    "machine.cores": Said(
        "đọc {workers} trang cùng lúc trên {cores} nhân",
        "{workers} pages read at once on {cores} cores",
        "Giảm MOTLAN_WORKERS bằng số nhân.",
        "Lower MOTLAN_WORKERS to the number of cores.",
    ),
    "machine.memory": Said(
        "{gib} GiB bộ nhớ, nên có {wanted} GiB cho số trang đọc cùng lúc",
        "{gib} GiB of memory, {wanted} GiB are wanted for so many pages at once",
        "Thêm bộ nhớ hoặc giảm MOTLAN_WORKERS.",
        "Add memory or lower MOTLAN_WORKERS.",
    ),
    "machine.open_files": Said(
        "chỉ mở được {limit} tệp, cần {wanted}",
        "{limit} files may be open, {wanted} are wanted",
        "Nâng LimitNOFILE (systemd) hoặc ulimit -n.",
        "Raise LimitNOFILE (systemd) or ulimit -n.",
    ),
    "machine.disk_full": Said(
        "ổ đĩa chỉ còn {free} GiB: không nhận thêm gì",
        "{free} GiB free on the disk: nothing is taken in",
        "Giải phóng hoặc mở rộng ổ đĩa của thư mục dữ liệu.",
        "Free or enlarge the disk of the data folder.",
    ),
    "machine.disk": Said(
        "ổ đĩa còn {free} GiB ({percent} %)",
        "{free} GiB free on the disk ({percent} %)",
        "Mở rộng trước khi dưới 20 %.",
        "Enlarge it before it is below 20 %.",
    ),
    "engine.ok": Said("{version}", "{version}"),
    "engine.no_witness": Said(
        "không có Tesseract và dữ liệu tiếng Việt để hỏi lại chữ còn ngờ",
        "no Tesseract with Vietnamese data to be asked about doubtful words",
        "Cài gói tesseract-ocr, tesseract-ocr-vie, tesseract-ocr-osd.",
        "Install tesseract-ocr, tesseract-ocr-vie, tesseract-ocr-osd.",
    ),
    "database.ok": Said(
        "PostgreSQL {version}, bảng {revision}, {mib} MiB",
        "PostgreSQL {version}, tables {revision}, {mib} MiB",
    ),
    "database.file_ok": Said("tệp SQLite, bảng {revision}", "SQLite file, tables {revision}"),
    "database.file": Said(
        "vận hành thật bằng một tệp trên một ổ đĩa",
        "in earnest with a file on one disk",
        "Đủ cho một máy nếu có sao lưu hằng đêm; nhiều máy thì dùng PostgreSQL (docs/how-to/sizes.md).",
        "Enough for one PC with a nightly backup; for more machines PostgreSQL (docs/how-to/sizes.md).",
    ),
    "database.newer": Said(
        "bảng {found} mới hơn chương trình {ours}, vẫn dùng được",
        "tables {found} are newer than the program {ours}, which still suits them",
        "Đang nâng cấp dở: cài chương trình mới trên máy này.",
        "An upgrade is under way: install the new program here too.",
    ),
    "database.old": Said(
        "PostgreSQL {version}, cần từ {oldest}",
        "PostgreSQL {version}, {oldest} or newer is needed",
        "Nâng cấp máy chủ cơ sở dữ liệu.",
        "Upgrade the database server.",
    ),
    "database.read_only": Said(
        "chỉ cho đọc (máy dự phòng)",
        "read only (a standby)",
        "Trỏ MOTLAN_DATABASE tới máy chủ chính (target_session_attrs=read-write).",
        "Point MOTLAN_DATABASE to the primary (target_session_attrs=read-write).",
    ),
    "database.clock": Said(
        "đồng hồ lệch {seconds} giây so với máy này",
        "its clock differs from this machine's by {seconds} s",
        "Bật đồng bộ giờ (chrony) trên cả hai máy.",
        "Keep both in time (chrony).",
    ),
    "database.connections": Said(
        "{used} trên {most} kết nối đang dùng",
        "{used} of {most} connections in use",
        "Tăng max_connections, hoặc dùng pooler ở chế độ session.",
        "Raise max_connections, or use a pooler in session mode.",
    ),
    "database.archive_fails": Said(
        "không chép được nhật ký WAL",
        "its log could not be archived",
        "Xem pg_stat_archiver và archive_command: chưa chép được thì không khôi phục tới thời điểm được.",
        "Look at pg_stat_archiver and archive_command: without them there is no way back to a moment.",
    ),
    "database.no_archive": Said(
        "không lưu nhật ký WAL",
        "its log is not archived",
        "Bật archive_mode (docs/how-to/backup.md).",
        "Turn archive_mode on (docs/how-to/backup.md).",
    ),
    "database.no_standby": Said(
        "không có máy dự phòng nào nối vào",
        "no standby is connected",
        "Kiểm tra máy dự phòng và đường mạng giữa hai máy chủ.",
        "Look at the standby and the network between the servers.",
    ),
    "database.standby_behind": Said(
        "máy dự phòng chép không đồng bộ",
        "the standby copies asynchronously",
        "Đặt synchronous_standby_names: chuyển máy lúc này có thể mất mục cuối của nhật ký.",
        "Set synchronous_standby_names: a switch now may lose the last entries of the journal.",
    ),
    "places.ok": Said("{place}: trả lời", "{place}: answers"),
    "places.needs_store": Said("chưa xem được: cơ sở dữ liệu có lỗi", "not looked at: see the database"),
    "places.room": Said(
        "{place}: còn {free} GiB ({percent} %)",
        "{place}: {free} GiB free ({percent} %)",
        "Mở rộng ổ đĩa của nơi lưu này.",
        "Enlarge the disk of this place.",
    ),
    "places.locks_nothing": Said(
        "{place}: thư mục, không khóa được gì",
        "{place}: a folder, which locks nothing",
        "Ít nhất một nơi lưu nên là thùng chứa có Object Lock.",
        "Let at least one place be a bucket with Object Lock.",
    ),
    "records.needs_store": Said("chưa xem được: cơ sở dữ liệu có lỗi", "not looked at: see the database"),
    "work.ok": Said("{count} tệp chờ hoặc đang làm", "{count} files wait or are in work"),
    "work.parked": Said(
        "{count} tệp để riêng vì làm mãi không xong",
        "{count} files are parked: they never came to their end",
        "motlan work parked nêu lý do; xem tệp rồi motlan work release hoặc motlan work refuse.",
        "motlan work parked gives the reason; look at the file, then motlan work release or refuse.",
    ),
    "papers.ok": Said("không có giấy tờ nào bị bỏ qua", "no paper was gone past"),
    "papers.set_aside": Said(
        "{count} giấy tờ không tìm được theo chữ hoặc chưa so trùng: {first}",
        "{count} papers are not found by words or were not compared: {first}",
        "Khôi phục bản ghi của chúng từ bản sao lưu; sửa giấy tờ một lần là chúng được làm lại.",
        "Restore their records from a backup; once a paper changes, it is done again.",
    ),
    "work.waits": Said(
        "{count} tệp chờ, lâu nhất {hours} giờ",
        "{count} files wait, the oldest {hours} h",
        "Xem các tiến trình motlan work còn chạy không; thêm máy đọc nếu hàng dài mãi.",
        "See whether motlan work runs anywhere; add readers where the line stays long.",
    ),
    "stamps.ok": Said("{count} giấy tờ chờ", "{count} papers wait"),
    "stamps.late": Said(
        "{count} giấy tờ chờ, lâu nhất {hours} giờ, lỗi gần nhất {error}",
        "{count} papers wait, the oldest {hours} h, last error {error}",
        "Kiểm tra dịch vụ dấu thời gian rồi chạy: motlan stamp.",
        "Look after the timestamp service, then run: motlan stamp.",
    ),
    "copies.ok": Said("{count} đối tượng chờ", "{count} objects wait"),
    "copies.no_second_place": Said(
        "chưa có nơi lưu thứ hai",
        "there is no second place",
        "Khai báo [second_place] (docs/settings.md): một nơi hỏng thì mất hết.",
        "Set [second_place] (docs/settings.md): what is lost in one place is lost.",
    ),
    "copies.blocked": Said(
        "{count} đối tượng có bản đầu hỏng hoặc thiếu",
        "{count} objects whose first copy is damaged or missing",
        "Chạy: motlan repair --dry-run, rồi motlan repair.",
        "Run: motlan repair --dry-run, then motlan repair.",
    ),
    "copies.late": Said(
        "{count} đối tượng chờ bản sao, lâu nhất {hours} giờ",
        "{count} objects wait for their copy, the oldest {hours} h",
        "Kiểm tra nơi lưu thứ hai rồi chạy: motlan copies.",
        "Look after the second place, then run: motlan copies.",
    ),
    "locks.ok": Said("còn nợ {count}", "{count} owed"),
    "locks.late": Said(
        "còn nợ {count} khóa, lâu nhất {hours} giờ",
        "{count} locks owed, the oldest {hours} h",
        "Chạy: motlan locks --wait, và xem bộ hẹn giờ của nó.",
        "Run: motlan locks --wait, and look at its timer.",
    ),
    "objects.ok": Said("{places} nơi, không có gì hỏng", "{places} places, nothing bad"),
    "objects.frozen": Said(
        "kho đang chỉ đọc vì một nơi lưu không giữ được lời hứa",
        "the store is read-only: a place did not protect what it holds",
        "Sửa nơi lưu đó, rồi: motlan canary --lift 'LÝ DO'.",
        "Mend that place, then: motlan canary --lift 'REASON'.",
    ),
    "objects.bad": Said(
        "{place}: {count} đối tượng hỏng hoặc thiếu",
        "{place}: {count} objects damaged or missing",
        "Chạy: motlan repair --dry-run, rồi motlan repair.",
        "Run: motlan repair --dry-run, then motlan repair.",
    ),
    "objects.unchecked": Said(
        "{place}: có đối tượng {days} ngày chưa kiểm tra",
        "{place}: an object was not checked for {days} days",
        "Chạy motlan fixity với phần lớn hơn, ví dụ --share 1/30.",
        "Run motlan fixity with a larger share, such as --share 1/30.",
    ),
    "journal.ok": Said("{entries} mục", "{entries} entries"),
    "journal.no_head": Said(
        "mất tệp journal.head hoặc không đọc được",
        "journal.head is gone or cannot be read",
        "Không ghi gì thêm; xem docs/journal.md.",
        "Write nothing more; see docs/journal.md.",
    ),
    "journal.cut": Said(
        "cơ sở dữ liệu có {entries} mục, đã từng có {kept}",
        "the database has {entries} entries and once had {kept}",
        "Giữ nguyên hiện trạng; motlan journal verify, rồi docs/how-to/backup.md.",
        "Leave everything as it is; motlan journal verify, then docs/how-to/backup.md.",
    ),
    "journal.never_sealed": Said(
        "chưa được niêm phong lần nào",
        "was never sealed",
        "Chạy: motlan journal seal.",
        "Run: motlan journal seal.",
    ),
    "journal.not_sealed": Said(
        "đã {days} ngày chưa niêm phong",
        "not sealed for {days} days",
        "Chạy: motlan journal seal; kiểm tra khóa cơ quan và dấu thời gian.",
        "Run: motlan journal seal; look at the organisation's key and the timestamps.",
    ),
    "jobs.ok": Said("{count} việc chạy đều", "{count} jobs run as they should"),
    "jobs.never": Said(
        "{job} chưa chạy lần nào",
        "{job} never ran",
        "Bật bộ hẹn giờ của nó (docs/how-to/office.md) và chạy thử một lần.",
        "Enable its timer (docs/how-to/office.md) and run it once.",
    ),
    "jobs.late": Said(
        "{job} đã {days} ngày chưa chạy",
        "{job} has not run for {days} days",
        "Xem bộ hẹn giờ: systemctl list-timers, journalctl -u motlan-*.",
        "Look at its timer: systemctl list-timers, journalctl -u motlan-*.",
    ),
    "jobs.ended_badly": Said(
        "{job} lần cuối kết thúc với {error}",
        "{job} ended with {error} the last time",
        "Chạy lại bằng tay và đọc điều nó báo (docs/errors.md).",
        "Run it by hand and read what it says (docs/errors.md).",
    ),
    "keys.ok": Said("{role}: còn {days} ngày", "{role}: {days} days left"),
    "keys.demo": Said(
        "khóa trình diễn",
        "demo keys",
        "Khai báo [keys.officer] và [keys.organisation] (docs/keys.md).",
        "Set [keys.officer] and [keys.organisation] (docs/keys.md).",
    ),
    "keys.needs_store": Said("chưa xem được: cơ sở dữ liệu có lỗi", "not looked at: see the database"),
    "keys.not_opened": Said(
        "{role}: không mở thử khóa trong thiết bị hoặc dịch vụ ký",
        "{role}: in a token or service, not opened",
    ),
    "keys.ends": Said(
        "{role}: chứng thư chỉ còn {days} ngày",
        "{role}: the certificate ends in {days} days",
        "Xin cấp lại ngay; hết hạn thì không ký được.",
        "Ask for a new one now; nothing is signed after its end.",
    ),
    "keys.ended": Said(
        "{role}: chứng thư hết hạn {days} ngày",
        "{role}: the certificate ended {days} days ago",
        "Thay khóa (docs/keys.md).",
        "Put a new key in place (docs/keys.md).",
    ),
    "trust.ok": Said("{roots} gốc, {lists} danh sách thu hồi", "{roots} roots, {lists} revocation lists"),
    "trust.needs_store": Said("chưa xem được: cơ sở dữ liệu có lỗi", "not looked at: see the database"),
    "trust.no_root": Said(
        "chưa tin gốc nào: không kiểm tra được chữ ký nào",
        "no root is trusted: no signature can be verified",
        "motlan trust add (docs/trust.md).",
        "motlan trust add (docs/trust.md).",
    ),
    "trust.root_ends": Said(
        "gốc {fingerprint}… còn {days} ngày",
        "root {fingerprint}… ends in {days} days",
        "Nạp gốc mới của cùng nơi cấp (docs/trust.md).",
        "Add the new root of the same authority (docs/trust.md).",
    ),
    "trust.lists_unreadable": Said(
        "{count} danh sách thu hồi không đọc được",
        "{count} revocation lists cannot be read",
        "motlan trust list nêu tên tệp; nạp lại bằng motlan trust crl.",
        "motlan trust list names the files; import them again by motlan trust crl.",
    ),
    "trust.lists_old": Said(
        "{count} danh sách thu hồi quá hạn, cũ nhất {days} ngày",
        "{count} revocation lists are overdue, the oldest by {days} days",
        "Nạp danh sách mới: motlan trust crl (docs/trust.md).",
        "Import new ones: motlan trust crl (docs/trust.md).",
    ),
    "timestamps.ok": Said(
        "dịch vụ {number}: trả lời, giờ khớp", "service {number}: answers, in time with us"
    ),
    "timestamps.demo": Said(
        "dịch vụ trình diễn",
        "the demo authority",
        "Khai báo [[timestamps]] (docs/stamps.md).",
        "Set [[timestamps]] (docs/stamps.md).",
    ),
    "timestamps.away": Said(
        "dịch vụ {number} không trả lời ({error})",
        "service {number} does not answer ({error})",
        "Kiểm tra đường mạng, tường lửa và chứng thư TLS của dịch vụ.",
        "Look at the network, the firewall and the service's TLS certificate.",
    ),
    "timestamps.clock": Said(
        "đồng hồ của dịch vụ {number} lệch {seconds} giây",
        "the clock of service {number} differs by {seconds} s",
        "Đồng bộ giờ máy này (chrony) trước; nếu vẫn lệch, báo nơi cung cấp.",
        "Keep this machine in time (chrony) first; then tell the provider.",
    ),
    "web.ok": Said("chứng thư TLS còn {days} ngày", "TLS certificate: {days} days left"),
    "web.not_served": Said("không mở trang web (chưa đặt MOTLAN_API_LISTEN)", "no pages are served here"),
    "web.no_address": Said(
        "chưa khai báo địa chỉ trang web",
        "the web address is not set",
        "Đặt MOTLAN_STATION_URL=https://TÊN-MÁY: tên máy khác sẽ bị từ chối.",
        "Set MOTLAN_STATION_URL=https://HOST: other host names are refused then.",
    ),
    "web.away": Said(
        "không nối được tới địa chỉ trang web ({error})",
        "the web address cannot be reached ({error})",
        "Kiểm tra proxy, tên miền và tường lửa.",
        "Look at the proxy, the name and the firewall.",
    ),
    "web.ends": Said(
        "chứng thư TLS chỉ còn {days} ngày",
        "the TLS certificate ends in {days} days",
        "Gia hạn chứng thư rồi nạp lại proxy.",
        "Renew it and reload the proxy.",
    ),
    "web.ended": Said(
        "chứng thư TLS hết hạn {days} ngày",
        "the TLS certificate ended {days} days ago",
        "Gia hạn chứng thư rồi nạp lại proxy.",
        "Renew it and reload the proxy.",
    ),
    "prefect.ok": Said("máy chủ {version}", "server {version}"),
    "prefect.own": Said("khởi động cùng chương trình", "started with the program"),
    "prefect.away": Said(
        "máy chủ không trả lời ({error})",
        "the server does not answer ({error})",
        "Khởi động máy chủ Prefect, hoặc bỏ MOTLAN_PREFECT_URL.",
        "Start the Prefect server, or unset MOTLAN_PREFECT_URL.",
    ),
    "prefect.version": Said(
        "máy chủ {theirs}, chương trình cần {ours}",
        "server {theirs}, the program needs {ours}",
        "Chạy máy chủ Prefect từ cùng bản cài đặt.",
        "Run the Prefect server from the same installation.",
    ),
    "prefect.telemetry": Said(
        "máy chủ gửi số liệu sử dụng ra ngoài",
        "the server sends analytics out",
        "Đặt PREFECT_SERVER_ANALYTICS_ENABLED=false cho máy chủ Prefect.",
        "Set PREFECT_SERVER_ANALYTICS_ENABLED=false for the Prefect server.",
    ),
}

BROKEN: Final = Said(
    "không xem được ({kind})",
    "the look itself broke ({kind})",
    "Báo bộ phận kỹ thuật kèm dòng này.",
    "Tell the engineers, with this line.",
)
