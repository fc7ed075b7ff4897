"""Only the command that is asked for is made; it is the one of the whole tree."""

from __future__ import annotations

import pytest

from cli.main import asked_command, main


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr()
    return ended.value.code, told.out + told.err


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["report", "--json"], "report"),
        (["--lang", "en", "--data=/srv/motlan", "work", "list"], "work"),
        (["--data", "report", "journal"], "journal"),
        (["--help"], None),
        (["--nothing", "report"], None),
        ([], None),
    ],
)
def test_the_asked_command_is_the_first_word_that_is_no_option(
    arguments: list[str], command: str | None
) -> None:
    assert asked_command(arguments) == command


def test_a_command_alone_and_all_of_them_say_how_they_are_used(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = said(capsys, "report", "--help")
    assert (code, " report [OPTIONS]" in told, "--from-events" in told) == (0, True, True)
    code, told = said(capsys, "work", "release", "--help")
    assert (code, " work release" in told) == (0, True)
    code, told = said(capsys, "--help")
    assert code == 0
    assert all(f"\n  {name} " in told for name in ("ingest", "report", "work", "doctor"))


def test_a_command_that_is_not_there_is_wrong_usage_alone_and_in_a_group(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words in (("nothing",), ("work", "nothing")):
        code, told = said(capsys, *words)
        assert (code, "nothing" in told, "--help" in told) == (2, True, True)
