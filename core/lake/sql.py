"""Loads ``.sql`` files that lie beside the stage that owns them. Never builds SQL from values."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["identifier", "literal", "load_sql"]


@cache
def load_sql(package: str, name: str) -> str:
    """Return the text of ``name.sql`` in a package folder.

    Parameters
    ----------
    package
        Dotted package, as ``core.rating.sql``.
    name
        File name without ``.sql``.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    """
    return files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")


def identifier(name: str) -> str:
    """Quote a column or table name that comes from a file's header.

    Examples
    --------
    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text where DuckDB takes no parameter, as in a view's definition.

    Examples
    --------
    >>> literal("O'Neill")
    "'O''Neill'"
    """
    return "'" + text.replace("'", "''") + "'"
