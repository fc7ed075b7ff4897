"""The flags of a dossier and its files under their national names, as the national portal takes them."""

from __future__ import annotations

from typing import Final, TypedDict

from dossier.admission import Dossier
from dossier.dossier_files import databases, unnamed_papers
from dossier.errors import RecordMissingError
from dossier.ids import DocumentId
from dossier.told import DossierPaper, Told, ToldFile
from flows.admission import relation_to
from wiring.services import Services

_KINDS: Final = {12: 1, 9: 2}
"""LoaiDinhDanh by the digits of a number."""


class FileFlags(TypedDict):
    """TaiLieuNop."""

    TepDinhKemId: str
    TenTepDinhKem: str
    IsDeleted: int
    MaThanhPhanHoSo: str
    DuongDanTaiTepTin: str
    DuocSoHoa: int
    DuocTaiSuDung: int
    DuocLayTuKhoDMQG: int
    MaKetQuaThayThe: str


class ResultFlags(TypedDict):
    """A result paper."""

    TenGiayTo: str
    MaThanhPhanHoSo: str
    GiayToId: str
    DuongDanTepTinKetQua: str
    MaGiayToKetQua: str


class OwnerFlags(TypedDict):
    """One of DinhDanhCHS; other papers than the two of the national list have no kind."""

    LoaiDinhDanh: int | None
    SoDinhDanh: str


class DossierFlags(TypedDict):
    """A dossier."""

    MaHoSo: str
    TaiLieuNop: list[FileFlags]
    GiayToKetQua: list[ResultFlags]
    HoSoCoThanhPhanSoHoa: int
    TaiKhoanDuocXacThucVoiVNeID: int
    DuocThanhToanTrucTuyen: int
    DinhDanhCHS: list[OwnerFlags]
    DSKetNoiCSDL: list[str]


def national_flags(services: Services, dossier: Dossier) -> DossierFlags:
    """The flags of a registered dossier.

    Files are those the one-stop software told, and papers of the store that it declared or did not name. The
    answer holds the applicant's number and codes of results: it goes to who handles the dossier, never into a
    log.
    """
    records = services.store.records
    row = records.handlings.row(dossier.code)
    if row is None:
        raise RecordMissingError(dossier.code)
    versions = records.handlings.versions(dossier.code)
    told = versions[-1].told if versions else Told()
    declared = {each.document: each.code for each in row.declared if each.document}
    files = [_told_file(services, dossier, file) for file in told.files]
    files += [
        _held_file(services, paper, declared.get(paper.document, "")) for paper in unnamed_papers(row, told)
    ]
    return {
        "MaHoSo": dossier.code,
        "TaiLieuNop": files,
        "GiayToKetQua": [
            {
                "TenGiayTo": result.name,
                "MaThanhPhanHoSo": result.component,
                "GiayToId": result.paper,
                "DuongDanTepTinKetQua": result.link,
                "MaGiayToKetQua": result.code,
            }
            for result in told.results
        ],
        "HoSoCoThanhPhanSoHoa": int(any(not file["IsDeleted"] for file in files)),
        "TaiKhoanDuocXacThucVoiVNeID": int(told.verified_account),
        "DuocThanhToanTrucTuyen": int(told.paid_online),
        "DinhDanhCHS": [
            {"LoaiDinhDanh": _KINDS.get(len(number)) if number.isdigit() else None, "SoDinhDanh": number}
            for number in dossier.numbers[:1]
        ],
        "DSKetNoiCSDL": list(databases(row, told)),
    }


def _told_file(services: Services, dossier: Dossier, file: ToldFile) -> FileFlags:
    replaced = file.replaced_by
    if file.reused == 2 and not replaced and file.document:
        replaced = _result_code(services, dossier, file.document)
    return {
        "TepDinhKemId": file.document,
        "TenTepDinhKem": _name(file.document, file.paper or file.component),
        "IsDeleted": int(file.deleted),
        "MaThanhPhanHoSo": file.component,
        "DuongDanTaiTepTin": _address(file.document),
        "DuocSoHoa": int(file.digitised),
        "DuocTaiSuDung": file.reused,
        "DuocLayTuKhoDMQG": int(file.national_store),
        "MaKetQuaThayThe": replaced,
    }


def _held_file(services: Services, paper: DossierPaper, component: str) -> FileFlags:
    """A paper of the store; ``component`` is what it was declared as, empty when it was not."""
    kept = (
        services.store.records.document(DocumentId(paper.document))
        if not component or not paper.type
        else None
    )
    if kept is not None and not component and paper.own:
        component = kept.component
    return {
        "TepDinhKemId": paper.document,
        "TenTepDinhKem": _name(paper.document, paper.type or (kept.type if kept is not None else "")),
        "IsDeleted": 0,
        "MaThanhPhanHoSo": component,
        "DuongDanTaiTepTin": _address(paper.document),
        "DuocSoHoa": int(paper.filed),
        "DuocTaiSuDung": 0 if paper.own else 1,
        "DuocLayTuKhoDMQG": 0,
        "MaKetQuaThayThe": "",
    }


def _result_code(services: Services, dossier: Dossier, document: str) -> str:
    """The code of a held paper of these people; whoever names a paper of others gets nothing of it."""
    try:
        found = services.store.records.document(DocumentId(document))
    except RecordMissingError:
        return ""
    return found.result_code if relation_to(services, found, dossier) else ""


def _name(document: str, kind: str) -> str:
    """A name of ours: the one the file was handed in with may name people."""
    return f"{kind}.pdf" if document else ""


def _address(document: str) -> str:
    return f"/v1/documents/{document}/file" if document else ""
