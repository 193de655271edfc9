"""Checks of a charge before it is posted. Computes nothing."""

from __future__ import annotations

from fastapi import APIRouter

from core.entrypoints.http.callers import Caller
from core.entrypoints.http.problems import documented
from core.entrypoints.shapes.charges import ChargeCheckIn, ChargeCheckOut

__all__ = ["router"]

router = APIRouter(prefix="/v1/charges", tags=["charges"])


@router.post("/check", responses=documented(400, 401, 403, 404, 422, 429, 503))
def check_charge(assay: Caller, asked: ChargeCheckIn) -> ChargeCheckOut:
    """Say what the charge for one event should be, and whether the one to post is that.

    The event counts as used from then on; the same event asked again gets the same answer.
    """
    return ChargeCheckOut.of(assay.check_charge(asked.row, asked.to_post))
