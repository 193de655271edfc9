"""The panel's page and what it asks: for the one account that its link opens, and nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as File
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import FileResponse, Response
from pydantic import Field

from core.api import Assay, CaseDetail, Correction, Door, NotFoundError, SignInError
from core.entrypoints.http.callers import AnsweredOnce, Caller, Limits, RequestKey, once_by
from core.entrypoints.http.problems import documented
from core.entrypoints.shapes.cases import AccountInsightOut, CaseOut, CaseViewOut
from core.entrypoints.shapes.fields import Id, Received, Shown, Version
from core.entrypoints.shapes.proposals import ProposalOut

__all__ = ["router"]

router = APIRouter(tags=["panel"])

_HERE: Final = File(__file__).parent
_FILES: Final = {"panel.css": "text/css", "panel.js": "text/javascript"}
_SCHEME: Final = "Panel "


class PanelIn(Received):
    """Ask for a panel of one account."""

    account_id: Id


class PanelOut(Shown):
    """Hold the address to frame, and until when it opens the account."""

    url: str
    expires_at: datetime


class NoteIn(Received):
    """Do what a button says; ``version`` is that of the case as it was shown."""

    version: Version
    note: Annotated[str, Field(min_length=1, max_length=4_000)]


def opened(request: Request) -> tuple[Assay, str]:
    """Return the facade that a link lets ask, and the account that it opens.

    Raises
    ------
    SignInError
        RA-E403 for a link that opens nothing any more.
    """
    door: Door = request.app.state.door
    limits: Limits = request.app.state.limits
    shown = request.headers.get("authorization", "")
    found = door.of_link(shown.removeprefix(_SCHEME)) if shown.startswith(_SCHEME) else None
    if found is None:
        limits.count_stranger(request.client.host if request.client else "")
        raise SignInError("This panel has been open for too long: open it again.")
    limits.count(found[0].reader)
    return found


Opened = Annotated[tuple[Assay, str], Depends(opened)]


async def once(request: Request, link: Opened, key: RequestKey) -> AnsweredOnce:
    """Return what answers a press of a button once."""
    return await once_by(request, link[0], key)


Once = Annotated[AnsweredOnce, Depends(once)]
CaseId = Annotated[str, Path(min_length=1, max_length=200)]


@router.post("/v1/panels", responses=documented(400, 401, 403, 404, 422, 429, 503))
def open_panel(request: Request, assay: Caller, wanted: PanelIn) -> PanelOut:
    """Return the address of a page that shows an account's cases and their buttons, to be framed in a CRM.

    What opens it stands behind the ``#`` and so in no log; it asks with the rights of this token's person.
    """
    door: Door = request.app.state.door
    assay.account_insight(wanted.account_id)
    link, until = door.link(assay, wanted.account_id)
    return PanelOut(url=f"{request.url_for('panel')}#{link}", expires_at=until)


@router.get("/panel", include_in_schema=False)
def panel() -> FileResponse:
    """Return the page; it opens nothing by itself."""
    return FileResponse(_HERE / "panel.html", media_type="text/html")


@router.get("/panel/{name}", include_in_schema=False)
def part(name: str) -> FileResponse:
    """Return what the page is made of."""
    if name not in _FILES:
        raise NotFoundError("There is nothing here.")
    return FileResponse(_HERE / name, media_type=_FILES[name])


@router.get("/panel/api/account", include_in_schema=False)
def account(link: Opened) -> AccountInsightOut:
    """Return the account in a nutshell."""
    assay, account_id = link
    return AccountInsightOut.of(assay.account_insight(account_id))


@router.post("/panel/api/cases/{case_id}/propose", include_in_schema=False, response_model=ProposalOut)
def propose(link: Opened, once: Once, case_id: CaseId, pressed: NoteIn) -> Response:
    """Propose what Assay advises."""
    assay, account_id = link

    def act() -> ProposalOut:
        detail = _case(assay, account_id, case_id)
        wanted = Correction.advised(detail.case, detail.advice)
        return ProposalOut.of(assay.propose_correction(case_id, pressed.version, wanted, pressed.note))

    return once.answer(act, 201)


@router.post("/panel/api/cases/{case_id}/comment", include_in_schema=False, response_model=CaseOut)
def comment(link: Opened, once: Once, case_id: CaseId, pressed: NoteIn) -> Response:
    """Write something on a case."""
    assay, account_id = link

    def act() -> CaseOut:
        _case(assay, account_id, case_id)
        assay.step_cases({case_id: pressed.version}, "commented", pressed.note)
        return CaseViewOut.read(assay, case_id).case

    return once.answer(act)


def _case(assay: Assay, account_id: str, case_id: str) -> CaseDetail:
    detail = assay.case(case_id)
    if detail.case.account_id != account_id:
        raise NotFoundError(f"There is no case {case_id} of this account.")
    return detail
