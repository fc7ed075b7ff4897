"""The schema of ETSI TS 119 102-2, where somebody has put the artefacts that carry it.

    mvn dependency:get -Dartifact=eu.europa.ec.joinup.sd-dss:specs-validation-report:6.3

brings them into the local repository of Maven; nothing of them is kept here.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from lxml import etree

_GROUP = Path.home() / ".m2" / "repository" / "eu/europa/ec/joinup/sd-dss"
_ARTEFACTS = ("specs-validation-report", "specs-xades", "specs-xmldsig", "specs-trusted-list")
_REPORT = "TS119102-2-v122.xsd"
# The schemas name their neighbours by addresses on the web; here they are files of the same artefacts.
_NEIGHBOURS = {
    "XAdES.xsd": "XAdES01903v132-202407.xsd",
    "ts_119612v020201_201601xsd.xsd": "ts_119612v020101_xsd.xsd",
}
_LOCATION = re.compile(r'schemaLocation="[^"]*/([^"/]+)"')
_DOCTYPE = re.compile(r"<!DOCTYPE.*?\]>|<!DOCTYPE[^>]*>", re.DOTALL)


def schema(folder: Path) -> etree.XMLSchema | None:
    """The schema of validation reports, V1.2.1; ``None`` if the artefacts are not at hand.

    Args:
        folder: where the schemas may be unpacked.
    """
    for artefact in _ARTEFACTS:
        for jar in sorted((_GROUP / artefact).glob("*/*.jar")):
            _unpack(jar, folder)
    report = folder / _REPORT
    return etree.XMLSchema(file=str(report)) if report.exists() else None


def _unpack(jar: Path, folder: Path) -> None:
    with zipfile.ZipFile(jar) as archive:
        for name in archive.namelist():
            if name.endswith(".xsd"):
                text = _DOCTYPE.sub("", archive.read(name).decode("utf-8-sig"))
                local = _LOCATION.sub(lambda found: f'schemaLocation="{_local(found[1])}"', text)
                (folder / Path(name).name).write_text(local, encoding="utf-8")


def _local(name: str) -> str:
    return _NEIGHBOURS.get(name, name)
