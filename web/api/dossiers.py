"""``/v1/dossiers``: the one-stop software registers what it received, asks how it stands, and closes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from dossier.admission import Dossier, DossierPerson
from dossier.codes import office_of
from dossier.declared import DeclaredComponent
from dossier.legal_form import LegalForm
from dossier.queries import PaperQuery
from flows.admission import close_dossier, register_dossier
from flows.components import Insistence, declare_components
from flows.lookup import find_papers
from flows.results import mark_results, release_results
from web.api.described import described
from web.api.route import CallerRoute, JsonRoute, context_of
from web.api.shapes import (
    DOSSIER,
    ComponentsIn,
    DossierIn,
    DossierOut,
    ResultsIn,
    ResultsOut,
    Signed,
)
from web.auth.guard import Named
from web.auth.matrix import Endpoint
from wiring.services import Services

_MOST_PAPERS = 200

Code = Annotated[str, Path(pattern=DOSSIER, max_length=40)]


def dossier_routers() -> tuple[APIRouter, APIRouter]:
    """The addresses with a JSON body, and those without."""
    taking, asking = APIRouter(route_class=JsonRoute), APIRouter(route_class=CallerRoute)

    @taking.post("/v1/dossiers", tags=["dossiers"], **described(Signed[DossierOut], (404, 409), status=201))
    def register(request: Request, asked: DossierIn) -> JSONResponse:
        """Đăng ký hồ sơ đã tiếp nhận: căn cứ cho mọi lần tra cứu giấy tờ của những người trong hồ sơ.

        Cùng nội dung gửi lại là cùng hồ sơ; nội dung khác dưới cùng mã bị từ chối (409).
        """
        context = context_of(request)
        standing = context.weigh_new(
            request, Endpoint.DOSSIER_REGISTER, office=office_of(asked.code), procedure=asked.procedure
        )
        context.guard.admit(standing)
        others = [DossierPerson(person.whose, person.number) for person in asked.persons]
        dossier, _new = register_dossier(
            context.services,
            asked.code,
            procedure=asked.procedure,
            persons=[DossierPerson("applicant", asked.owner), *others],
            caller=standing.caller.id,
        )
        return context.answer(standing.about(dossier), _told(dossier), status=201)

    @asking.get("/v1/dossiers/{code}", tags=["dossiers"], **described(Signed[DossierOut], (404,), body=False))
    def status(request: Request, code: Code) -> JSONResponse:
        """Hồ sơ đang mở hay đã đóng, và những giấy tờ đã số hóa cho hồ sơ này."""
        context = context_of(request)
        standing = context.weigh(request, Endpoint.DOSSIER_STATUS, Named(dossier=code))
        context.guard.admit(standing)
        dossier = standing.need_dossier()
        papers = find_papers(
            context.services, PaperQuery(dossier=dossier.code), access=standing.access, limit=_MOST_PAPERS
        )
        context.guard.looked(standing, [party.number for paper in papers for party in paper.owners])
        listed = [
            {
                "document": paper.id,
                "type": paper.type,
                "component": paper.component,
                "state": paper.state.value,
                "signature": paper.signature.value,
            }
            for paper in papers
        ]
        return context.answer(standing, _told(dossier, listed, _declared(context.services, dossier)))

    @asking.post(
        "/v1/dossiers/{code}/close", tags=["dossiers"], **described(Signed[DossierOut], (404,), body=False)
    )
    def close(request: Request, code: Code) -> JSONResponse:
        """Hồ sơ đã trả kết quả hoặc dừng: không còn là căn cứ tra cứu; kết quả đã trả được dùng lại."""
        context = context_of(request)
        standing = context.weigh(request, Endpoint.DOSSIER_CLOSE, Named(dossier=code))
        context.guard.admit(standing)
        closed = close_dossier(context.services, standing.need_dossier(), caller=standing.caller.id)
        release_results(context.services, closed, caller=standing.caller.id)
        return context.answer(standing, _told(closed))

    _add_handling(taking)
    return taking, asking


def _add_handling(router: APIRouter) -> None:
    @router.put(
        "/v1/dossiers/{code}/components", tags=["dossiers"], **described(Signed[DossierOut], (404, 409))
    )
    def declare(request: Request, code: Code, asked: ComponentsIn) -> JSONResponse:
        """Từng thành phần của hồ sơ đến bằng cách nào; khai lại thì thay toàn bộ lần khai trước.

        Đã nộp (handed_in) thứ mà câu trả lời cho hồ sơ này là đã có, đọc dữ liệu hoặc không cần: phải kèm
        lý do (insisted), nếu không bị từ chối (409, reuse.must_not_ask); lý do được thống kê. Mã mà thủ tục
        không có vào ngày tiếp nhận, hoặc một mã khai hai lần: 409, request.component; không khai gì cả.
        """
        context = context_of(request)
        standing = context.weigh(request, Endpoint.DOSSIER_COMPONENTS, Named(dossier=code))
        context.guard.admit(standing)
        dossier = standing.need_dossier()
        for each in asked.components:
            if each.document is not None:
                context.guard.admit_paper(standing, each.document)
        declare_components(
            context.services,
            dossier,
            [
                DeclaredComponent(
                    each.code, each.came, each.document or "", form=each.form or LegalForm.UNSTATED
                )
                for each in asked.components
            ],
            caller=standing.caller.id,
            insisted={
                each.code: Insistence(each.insisted.reason, each.insisted.words)
                for each in asked.components
                if each.insisted is not None
            },
        )
        return context.answer(standing, _told(dossier, components=_declared(context.services, dossier)))

    @router.post(
        "/v1/dossiers/{code}/results", tags=["dossiers"], **described(Signed[ResultsOut], (404, 409))
    )
    def results(request: Request, code: Code, asked: ResultsIn) -> JSONResponse:
        """Kết quả của hồ sơ: chưa trả thì chưa được dùng lại, đã trả thì dùng lại được từ lúc này."""
        context = context_of(request)
        standing = context.weigh(request, Endpoint.DOSSIER_RESULTS, Named(dossier=code))
        context.guard.admit(standing)
        dossier = standing.need_dossier()
        marked = mark_results(
            context.services,
            dossier,
            asked.documents,
            handed_over=asked.handed_over,
            caller=standing.caller.id,
        )
        listed = [
            {"document": paper.id, "version": paper.version, "held_back": paper.held_back} for paper in marked
        ]
        return context.answer(standing, {"dossier": dossier.code, "results": listed})


def _declared(services: Services, dossier: Dossier) -> list[dict[str, str | None]]:
    found = services.store.records.admissions.declared(dossier.code)
    return [
        {
            "code": each.code,
            "came": each.came.value,
            "document": each.document or None,
            "form": each.form.value or None,
        }
        for each in (found.components if found else ())
    ]


def _told(
    dossier: Dossier,
    papers: list[dict[str, str]] | None = None,
    components: list[dict[str, str | None]] | None = None,
) -> Mapping[str, object]:
    return {
        "dossier": dossier.code,
        "procedure": dossier.procedure,
        "office": dossier.office,
        "received_on": dossier.received_on.isoformat(),
        "state": "open" if dossier.is_open else "closed",
        "papers": papers or [],
        "components": components or [],
    }
