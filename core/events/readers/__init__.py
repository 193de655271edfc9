"""Readers: one module a file format; each yields raw rows as relations and what it could not read."""

from __future__ import annotations

from core.events.readers.model import Chunk, CsvForm, FileFormat, Rejected, file_format
from core.events.readers.tabular import read_chunks

__all__ = ["Chunk", "CsvForm", "FileFormat", "Rejected", "file_format", "read_chunks"]
