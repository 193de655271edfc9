"""Column mappings: how somebody else's extract is read as streams, in one TOML file and no code.

A rule becomes one SQL expression that yields text in the contract's form. Where a value does not fit a rule,
the raw value passes through, so that validation names it instead of a null hiding it.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from core.events.readers import CsvForm
from core.kernel.errors import MappingError
from core.kernel.records import STREAMS
from core.lake.sql import identifier, literal

__all__ = ["ColumnRule", "Mapping", "Source", "read_mapping"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnRule(_Strict):
    """Say where one contract column comes from; a bare text in the TOML is a column's name.

    Parameters
    ----------
    column
        The extract's column.
    value
        A constant instead of a column.
    template
        A text with ``{column}`` placeholders instead of a column.
    values
        What each raw value becomes; ``otherwise`` is for the rest, which passes unchanged without it.
    format
        How a date is written, as ``%d.%m.%Y %H:%M``; ``timezone`` says where its wall clock hangs.
    scale
        What a number is multiplied with, as 60 for minutes to seconds; ``decimal`` is its decimal sign.
    months_before
        The instant that lies this many months after the one wanted, as a tenure counts back from.
    """

    column: str | None = None
    value: str | int | float | bool | None = None
    template: str | None = None
    values: dict[str, str] = {}
    otherwise: str | None = None
    format: str | None = None
    timezone: str = "UTC"
    scale: Annotated[str | None, BeforeValidator(lambda number: None if number is None else str(number))] = (
        Field(default=None, pattern=r"^\d{1,12}(\.\d{1,9})?$")
    )
    decimal: Literal[".", ","] = "."
    months_before: Annotated[str | None, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")] = None

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnRule:
        if sum(origin is not None for origin in (self.column, self.value, self.template)) != 1:
            raise ValueError("needs exactly one of column, value or template")
        return self

    @property
    def needs(self) -> set[str]:
        """Return the extract's columns that the rule reads."""
        names = set(_PLACEHOLDER.findall(self.template)) if self.template else set()
        return names | ({self.column} if self.column else set())

    def sql(self, nulls: tuple[str, ...]) -> str:
        """Return the SQL expression, a text in the contract's form or the raw value where it fits none."""
        if self.value is not None:
            return literal(str(self.value).lower() if isinstance(self.value, bool) else str(self.value))
        if self.template is not None:
            return self._template(nulls)
        expression = _raw(str(self.column), nulls)
        if self.values:
            cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in self.values.items())
            rest = literal(self.otherwise) if self.otherwise is not None else expression
            expression = f"CASE {expression} {cases} ELSE {rest} END"
        if self.format is not None:
            expression = self._instant(expression)
        if self.scale is not None or self.decimal != ".":
            expression = self._number(expression)
        if self.months_before is not None:
            expression = self._months(expression)
        return expression

    def _template(self, nulls: tuple[str, ...]) -> str:
        parts = _PLACEHOLDER.split(str(self.template))
        texts = [literal(part) if place % 2 == 0 else _raw(part, nulls) for place, part in enumerate(parts)]
        return f"({' || '.join(texts)})"

    def _instant(self, expression: str) -> str:
        local = f"try_strptime({expression}, {literal(str(self.format))})"
        instant = f"timezone('UTC', timezone({literal(self.timezone)}, {local}))"
        return f"coalesce(strftime({instant}, '%Y-%m-%dT%H:%M:%S.%fZ'), {expression})"

    def _number(self, expression: str) -> str:
        plain = expression
        if self.decimal == ",":
            plain = f"replace(replace({expression}, '.', ''), ',', '.')"
        number = f"(try_cast({plain} AS DECIMAL(20,8)) * {self.scale or 1}::DECIMAL(18,9))::VARCHAR"
        return f"coalesce(regexp_replace({number}, '\\.?0+$', ''), {expression})"

    def _months(self, expression: str) -> str:
        months = f"to_months(try_cast({expression} AS INTEGER))"
        instant = f"TIMESTAMP {literal(str(self.months_before).rstrip('Z'))} - {months}"
        return f"coalesce(strftime({instant}, '%Y-%m-%dT%H:%M:%SZ'), {expression})"


def _raw(column: str, nulls: tuple[str, ...]) -> str:
    text = f"trim({identifier(column)}::VARCHAR)"
    return f"CASE WHEN {text} IN ({', '.join(map(literal, ('', *nulls)))}) THEN NULL ELSE {text} END"


def _rule(raw: Any) -> Any:
    return {"column": raw} if isinstance(raw, str) else raw


def _line_encoding(name: str) -> str:
    try:
        is_usable = b'a,"\n'.decode(name) == 'a,"\n'
    except (LookupError, UnicodeDecodeError):
        is_usable = False
    if not is_usable:
        raise ValueError("is no encoding of text in which commas, quotes and line ends are single bytes")
    return name


class Source(_Strict):
    """Say how the files that match a pattern are read as one stream.

    Several sources may name the same files: one file is then split into several streams.
    """

    files: str
    format: Literal["table", "tap"] = "table"
    stream: str | None = None
    columns: dict[str, Annotated[ColumnRule, BeforeValidator(_rule)]] = {}
    where: dict[str, list[str]] = {}
    nulls: tuple[str, ...] = ()
    delimiter: Annotated[str, Field(pattern=r"^[\t -!#-/:-@\[-`{-~]$")] = ","
    encoding: Annotated[str, AfterValidator(_line_encoding)] = "utf-8"

    @model_validator(mode="after")
    def _fits_the_contract(self) -> Source:
        if self.format == "tap":
            return self
        if self.stream not in STREAMS:
            raise ValueError(f"stream {self.stream!r} is none of {', '.join(STREAMS)}")
        stream = STREAMS[self.stream]
        unknown = sorted(set(self.columns) - {column.name for column in stream.stored})
        if unknown:
            raise ValueError(f"{self.stream} has no column {', '.join(unknown)}")
        missing = [c.name for c in stream.columns if not c.may_be_absent and c.name not in self.columns]
        if missing:
            raise ValueError(f"{self.stream} needs a rule for {', '.join(missing)}")
        return self

    @property
    def form(self) -> CsvForm:
        """Return how the files' CSV is written."""
        return CsvForm(self.delimiter, self.encoding)


class Mapping(_Strict):
    """Hold a mapping file: its sources, and the settings of a dataset that has no ``dataset.toml``."""

    source: list[Source] = []
    dataset: dict[str, Any] | None = None


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    MappingError
        RA-E102, one line for each thing that is wrong, with its place in the file.
    """
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError(f"{path.name}: {error}") from error
    except ValidationError as error:
        problems = [
            f"{path.name}: {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise MappingError("\n".join(problems), fields={"problems": problems}) from error
