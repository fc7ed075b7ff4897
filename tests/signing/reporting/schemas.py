"""The schema of ETSI TS 119 102-2, where somebody has put the artefacts that carry it.

    mvn dependency:get -Dartifact=eu.europa.ec.joinup.sd-dss:specs-validation-report:6.3

brings them into the local repository of Maven; nothing of them is kept here.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from lxml import etree

_GROUP = "eu/europa/ec/joinup/sd-dss"
_REPOSITORY = Path.home() / ".m2" / "repository"
_ARTEFACTS = ("specs-validation-report", "specs-xades", "specs-xmldsig", "specs-trusted-list")
_REPORT = "xsd/TS119102-2-v122.xsd"
# The schema names its neighbours by addresses on the web; here they are files of the same artefacts.
_NEIGHBOURS = {
    "xmldsig-core-schema.xsd": "xsd/xmldsig-core-schema.xsd",
    "XAdES.xsd": "xsd/XAdES01903v132-202407.xsd",
    "ts_119612v020201_201601xsd.xsd": "xsd/ts_119612v020101_xsd.xsd",
    "xml.xsd": "xsd/xml.xsd",
    "XMLSchema.dtd": "",
}


def schema() -> etree.XMLSchema | None:
    """The schema of validation reports, V1.2.1; ``None`` if the artefacts are not at hand."""
    files = _files()
    if _REPORT not in files:
        return None
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Neighbours(files))
    return etree.XMLSchema(etree.fromstring(files[_REPORT], parser))


class _Neighbours(etree.Resolver):
    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__()
        self._files = files

    def resolve(self, system_url: str | None, public_id: str | None, context: object) -> object:
        name = (system_url or "").rsplit("/", 1)[-1]
        content = self._files.get(_NEIGHBOURS.get(name, ""), b"")
        return self.resolve_string(content, context, base_url=system_url)


def _files() -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for artefact in _ARTEFACTS:
        for path in sorted((_REPOSITORY / _GROUP / artefact).glob("*/*.jar")):
            with zipfile.ZipFile(path) as jar:
                files.update(
                    {name: jar.read(name) for name in jar.namelist() if name.endswith(".xsd")}
                )
    return files
