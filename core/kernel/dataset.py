"""The settings that come with a dataset (``dataset.toml``). Does not read files."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not an IANA time zone name, as Europe/Warsaw")
    return name


class DatasetSettings(BaseModel):
    """Hold what an operator says about its dataset; the contract's ``dataset`` block.

    Raises
    ------
    pydantic.ValidationError
        When a value is missing or has another form; callers turn it into a `DatasetError`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    operator: Annotated[str, Field(min_length=1, max_length=200)]
    home_tadig: Annotated[str, Field(min_length=1, max_length=64)]
    home_plmns: tuple[str, ...]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    timezone: Annotated[str, AfterValidator(_known_zone)]
    tax_rate: Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]
    as_of: AwareDatetime
    starts_at: AwareDatetime
    mediation_hours: Annotated[int, Field(ge=0)] = 24
    element_delivery_hours: Annotated[int, Field(ge=0)] = 24
    calling_code: Annotated[str, Field(pattern=r"^\d{1,4}$")]
    allowance_order: Literal["started_at", "arrival"] = "started_at"

    def at(self, as_of: datetime) -> DatasetSettings:
        """Return the same settings with another "now"."""
        return self.model_copy(update={"as_of": as_of})
