"""Accounts: found, and told in a nutshell. Computes nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from core.entrypoints.http.callers import Caller
from core.entrypoints.http.problems import documented
from core.entrypoints.shapes.cases import AccountHitOut, AccountInsightOut
from core.entrypoints.shapes.fields import Received

__all__ = ["router"]

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])


class AccountQuery(Received):
    """Name accounts by id, name or telephone number."""

    text: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("", responses=documented(400, 401, 403, 422, 429, 503))
def find_accounts(assay: Caller, query: Annotated[AccountQuery, Query()]) -> list[AccountHitOut]:
    """Find accounts by id, name or telephone number, the closest first."""
    return [AccountHitOut.model_validate(hit) for hit in assay.find_accounts(query.text)]


@router.get("/{account_id}/insight", responses=documented(400, 401, 403, 404, 422, 429, 503))
def account_insight(
    assay: Caller, account_id: Annotated[str, Path(min_length=1, max_length=200)]
) -> AccountInsightOut:
    """Say what is wrong with an account's bills, why, what to do, and what was done before."""
    return AccountInsightOut.of(assay.account_insight(account_id))
