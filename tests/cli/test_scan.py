"""``motlan scan`` and ``motlan coach`` at the keyboard and without one."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import typer

from cli.main import main
from cli.scan import _feed, _more
from cli.scan_talk import Talk
from dossier.scan_errors import PaperJamError
from flows.scanning import ScanDesk, ScanWay
from tests.flows.test_scanning import Desk, Tray, digests
from tests.ocr.pages import TEXT, coloured, draw_page, save
from wiring.settings import read_settings

PAGE = (*TEXT, *TEXT)


def run(capsys: pytest.CaptureFixture[str], data: Path, *arguments: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "vi", "--data", str(data), *arguments])
    said, complained = capsys.readouterr()
    assert int(ended.value.code or 0) == code, complained
    return said + complained


def test_an_empty_tray_says_what_to_do_and_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "khay").mkdir()
    device = ("--device", f"folder:{tmp_path / 'khay'}")
    said = run(capsys, tmp_path / "data", "scan", *device, "--yes", code=18)
    assert "Đặt giấy vào khay" in said
    assert "[scan.feeder_empty]" in said
    assert run(capsys, tmp_path / "data", "scan", "--unfinished") == ""


def jamming(folder: Path) -> str:
    """A scanner that gives one page and then jams."""
    page = coloured(draw_page(dpi=100))
    raw = folder / "raw.pnm"
    raw.write_bytes(f"P6\n{page.shape[1]} {page.shape[0]}\n255\n".encode() + page.tobytes())
    program = folder / "scanimage"
    program.write_text(
        f"""#!/bin/sh
for word; do
  case "$word" in
    --all-options) exit 0;;
    --batch=*) target=$(dirname "${{word#--batch=}}");;
  esac
done
cp {raw} "$target/page-00001.pnm"
echo "$target/page-00001.pnm"
echo "scanimage: sane_start: Document feeder jammed" >&2
exit 6
""",
        encoding="ascii",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def test_a_jam_with_nobody_there_keeps_the_pages_and_names_the_way_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "MOTLAN_SCANNERS", json.dumps({"quay1": {"device": "x", "program": jamming(tmp_path)}})
    )
    monkeypatch.setenv("MOTLAN_PREFECT_URL", "http://127.0.0.1:9")
    data = tmp_path / "data"
    said = run(capsys, data, "scan", "--yes", "--owner", "010091999101", code=18)
    assert "Kẹt giấy hoặc kéo hai tờ một lúc ở trang 2" in said
    assert "1 trang đã quét vẫn còn" in said
    (kept,) = [json.loads(line) for line in run(capsys, data, "scan", "--unfinished", "--json").splitlines()]
    assert kept["pages"] == 1
    assert f"motlan scan --resume {kept['scan']}" in said
    assert "010091999101" not in said
    thrown = json.loads(run(capsys, data, "scan", "--discard", kept["scan"], "--json"))
    assert thrown == {"discarded": kept["scan"], "pages": 1}
    assert run(capsys, data, "scan", "--unfinished") == ""


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("--resume", "last"), 18, "scan.unknown"),
        (("--resume", "../../etc"), 18, "scan.unknown"),
        (("--discard", "x"), 18, "scan.unknown"),
        (("--device", "-oops"), 10, "input.argument"),
        (("--mode", "sepia"), 10, "input.argument"),
        (("--profile", "quay9"), 2, "settings"),
        (("--device", "folder:/không/có"), 18, "scan.device_missing"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: Sequence[str], code: int, error: str
) -> None:
    assert error in run(capsys, tmp_path / "data", "scan", "--yes", *arguments, code=code)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Desk]:
    with Desk(read_settings({"MOTLAN_DATA": str(tmp_path / "data"), "MOTLAN_WORKERS": "1"})) as made:
        made.create()
        yield made


@pytest.fixture
def sides(tmp_path: Path) -> Sequence[Path]:
    lines = [tuple(f"{n} {line}" for line in PAGE[n : n + 6]) for n in range(4)]
    return [save(coloured(draw_page(text)), tmp_path / f"{n}.jpg") for n, text in enumerate(lines)]


def answering(*answers: str) -> Talk:
    waiting = [f"{answer}\n" for answer in answers]
    return Talk("vi", as_json=False, may_ask=True, hear=lambda: waiting.pop(0) if waiting else "")


def test_enter_goes_on_after_a_jam_and_any_other_key_is_asked_again(
    services: Desk, sides: Sequence[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    scan = services.store.scans.begin({})
    tray = Tray(sides, {3: PaperJamError("3")})
    with ScanDesk(services, scan, way=ScanWay(dpi=150), hear=lambda _seen: None) as desk:
        _feed(desk, tray, talk=answering("q", ""), scan=scan)
        assert [facts.sha256 for facts in desk.pages] == digests(sides)
    said = capsys.readouterr()
    assert said.out.count("Đã giữ 2 trang") == 2
    assert "Đặt lại tờ chưa quét xong" in said.err


def test_the_stack_is_handed_in_only_when_a_person_says_so(services: Desk, sides: Sequence[Path]) -> None:
    scan = services.store.scans.begin({})
    tray = Tray(sides[:2])
    with ScanDesk(services, scan, way=ScanWay(dpi=150), hear=lambda _seen: None) as desk:
        _feed(desk, tray, talk=answering(), scan=scan)
        talk = answering("b", "t", "")
        assert _more(desk, tray, talk=talk, scan=scan)
        assert len(desk.pages) == 1
        tray.waiting = list(sides[1:])
        assert _more(desk, tray, talk=talk, scan=scan)
        assert [facts.sha256 for facts in desk.pages] == digests(sides)
        assert not _more(desk, tray, talk=talk, scan=scan)
        # The end of input is no consent.
        with pytest.raises(typer.Exit):
            _more(desk, tray, talk=talk, scan=scan)
    assert services.store.scans.unfinished() == (scan.id,)


def test_the_coach_tells_about_files_and_says_by_its_exit_code_what_to_scan_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = draw_page(PAGE, dpi=200, size=(8.27, 11.69))
    good = save(page, tmp_path / "tot.jpg", dpi=200)
    dark = save((page * 0.3).astype(page.dtype), tmp_path / "toi.jpg", dpi=200)
    (tmp_path / "hong.jpg").write_bytes(b"\xff\xd8\xff")
    assert run(capsys, tmp_path / "data", "coach", str(good)) == ""
    said = run(capsys, tmp_path / "data", "coach", str(good), str(dark), code=1)
    assert "✗ Trang 1: Ảnh quá tối." in said
    told = json.loads(run(capsys, tmp_path / "data", "coach", str(dark), "--json", code=1))
    assert [one["code"] for one in told["advice"]] == ["coach.dark"]
    assert "input.truncated" in run(capsys, tmp_path / "data", "coach", str(tmp_path / "hong.jpg"), code=10)
