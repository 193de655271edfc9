"""Loads ``.sql`` files that lie beside the stage that owns them. Never builds SQL from values."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

__all__ = ["HEADED", "file_pattern", "identifier", "literal", "load_sql"]

HEADED = re.compile(r"\A/\*\+\+\+\n(?P<header>.*?)^\+\+\+\*/\n(?P<sql>.*)\Z", re.DOTALL | re.MULTILINE)
"""A file with a TOML header between the lines ``/*+++`` and ``+++*/``, and its SQL after it."""


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


def file_pattern(path: Path) -> str:
    """Return the pattern that matches one file only, where DuckDB takes patterns.

    Examples
    --------
    >>> file_pattern(Path("usage[1]/part*.parquet"))
    'usage[[]1]/part[*].parquet'
    """
    return re.sub(r"([*?[])", r"[\1]", str(path))


def literal(text: str) -> str:
    """Quote a text where DuckDB takes no parameter, as in a view's definition.

    Examples
    --------
    >>> literal("O'Neill")
    "'O''Neill'"
    """
    return "'" + text.replace("'", "''") + "'"
