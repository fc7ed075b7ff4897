"""Options are chosen from lists in the form that ``scanimage -A`` gives them, written down shortened."""

from __future__ import annotations

import pytest

from dossier.feeding import ScanWish
from ocr.feeders.options import OptionError, offered, options_for, resolution_of

FUJITSU = """
All options specific to device `fujitsu:fi-7160:123':
  Standard:
    --source ADF Front|ADF Back|ADF Duplex [ADF Front]
        Selects the scan source (such as a document-feeder).
    --mode Lineart|Halftone|Gray|Color [Lineart]
    --resolution 50..600dpi (in steps of 1) [600]
  Geometry:
    --page-width 0..224.846mm (in steps of 0.0211639) [215.872]
    --page-height 0..863.489mm (in steps of 0.0211639) [279.364]
    -l 0..224.846mm (in steps of 0.0211639) [0]
    -t 0..863.489mm (in steps of 0.0211639) [0]
    -x 0..224.846mm (in steps of 0.0211639) [215.872]
    -y 0..863.489mm (in steps of 0.0211639) [279.364]
  Enhancement:
    --df-action Default|Continue|Stop [Default] [advanced]
"""
AIRSCAN = """
All options specific to device `airscan:e0:Canon R40':
  Standard:
    --resolution 75|150|300|600dpi [300]
    --mode Color|Gray [Color]
    --source Flatbed|ADF|ADF Duplex [Flatbed]
  Geometry:
    -x 0..215.9mm (in steps of 1) [215.9]
    -y 0..355.6mm (in steps of 1) [297.18]
"""
EPSON = """
  Scan Mode:
    --mode Lineart|Gray|Color [Lineart]
    --resolution 75|100|200|400dpi [75]
    --source Flatbed|Automatic Document Feeder [Flatbed]
    --adf-mode Simplex|Duplex [inactive]
    --adf-mode Simplex|Duplex [Simplex]
"""
HP = """
    --mode Lineart|Gray|Color [Color]
    --resolution 75..1200dpi [75]
    --source Flatbed|ADF [Flatbed]
    --duplex[=(yes|no)] [no]
"""
BROTHER = """
    --mode Black & White|Gray[Error Diffusion]|True Gray|24bit Color|24bit Color[Fast] [24bit Color]
    --resolution 100|150|200|300|400|600dpi [200]
    --source FlatBed|Automatic Document Feeder(left aligned)|Automatic Document Feeder(left aligned,Duplex)
    [FlatBed] -x 0..215.9mm (in steps of 0.0999908) [215.9]
"""
FLATBED = """
    --mode Gray|Color [Gray]
    --resolution 75|300|600dpi [75]
"""


def test_each_driver_gets_both_sides_in_its_own_words() -> None:
    wish = ScanWish(duplex=True)
    assert "--source=ADF Duplex" in options_for(wish, offered(FUJITSU))
    assert "--source=ADF Duplex" in options_for(wish, offered(AIRSCAN))
    epson = options_for(wish, offered(EPSON))
    assert epson[:2] == ("--source=Automatic Document Feeder", "--adf-mode=Duplex")
    assert options_for(wish, offered(HP))[:2] == ("--source=ADF", "--duplex=yes")
    assert options_for(wish, offered(BROTHER))[0] == "--source=Automatic Document Feeder(left aligned,Duplex)"


def test_one_side_takes_the_front_and_switches_a_remembered_duplex_off() -> None:
    wish = ScanWish()
    assert options_for(wish, offered(FUJITSU))[0] == "--source=ADF Front"
    assert options_for(wish, offered(AIRSCAN))[0] == "--source=ADF"
    assert options_for(wish, offered(HP))[:2] == ("--source=ADF", "--duplex=no")
    assert options_for(wish, offered(FLATBED)) == ("--mode=Color", "--resolution=300")


def test_the_next_finer_resolution_is_taken_and_the_finest_at_most() -> None:
    assert resolution_of(options_for(ScanWish(resolution=300), offered(EPSON)), default=1) == 400
    assert resolution_of(options_for(ScanWish(resolution=600), offered(EPSON)), default=1) == 400
    assert resolution_of(options_for(ScanWish(resolution=250), offered(FUJITSU)), default=1) == 250
    assert resolution_of((), default=300) == 300


def test_the_sheet_is_no_larger_than_the_device_and_the_page_comes_before_the_area() -> None:
    chosen = options_for(ScanWish(width_mm=297, height_mm=420), offered(FUJITSU))
    assert chosen[3:] == (
        "--page-width=224.846", "-x", "224.846", "--page-height=420", "-y", "420",
    )  # fmt: skip


def test_modes_are_found_under_their_long_names() -> None:
    assert "--mode=24bit Color" in options_for(ScanWish(), offered(BROTHER))
    assert "--mode=True Gray" in options_for(ScanWish(mode="gray"), offered(BROTHER))


def test_what_a_device_does_not_have_is_refused_with_what_it_has() -> None:
    with pytest.raises(OptionError, match="duplex"):
        options_for(ScanWish(duplex=True), offered(FLATBED))
    with pytest.raises(OptionError, match="ADF Front, ADF Back, ADF Duplex"):
        options_for(ScanWish(source="Flatbed"), offered(FUJITSU))


def test_own_options_come_last_so_that_they_win() -> None:
    wish = ScanWish(options=("--df-action=Stop", "--resolution=200"))
    assert options_for(wish, offered(FUJITSU))[-2:] == ("--df-action=Stop", "--resolution=200")
