"""Brings decoded roaming files into the streams: who the SIM belongs to, which network the file is from."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from core.events.tap3 import DecodedBatch
from core.kernel.errors import UnreadableFileError
from core.lake.schemas import SCHEMAS
from core.lake.session import Session
from core.lake.sql import load_sql
from core.lake.tables import Lake

__all__ = ["located", "read_roaming_file"]

_LIMIT = 256 << 20


def read_roaming_file(path: Path) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    UnreadableFileError
        RA-E103 when it is empty or larger than a roaming file ever is.
    """
    size = path.stat().st_size
    if size == 0 or size > _LIMIT:
        raise UnreadableFileError(f"the file has {size} bytes; a roaming file has 1 to {_LIMIT}")
    return path.read_bytes()


def located(session: Session, lake: Lake, batch: DecodedBatch) -> dict[str, str]:
    """Make a decoded batch relations of the session.

    Returns
    -------
    dict
        For each stream the relation with its columns and ``_row``: 1 for the file, the record's position for
        an event.

    Notes
    -----
    Roaming files name networks by TADIG code and often leave the number out. The network is the partner's
    whose zone is the only one that the partner has; the number is that of the SIM when the event began.
    Where the reference streams do not say, both are ``unknown``.
    """
    session.register("decoded_events", batch.events)
    file_names = [name for name in SCHEMAS["usage_files"].names if name in batch.file]
    file_schema = pa.schema([*(SCHEMAS["usage_files"].field(n) for n in file_names), ("_row", pa.int64())])
    session.register("decoded_file", pa.Table.from_pylist([{**batch.file, "_row": 1}], schema=file_schema))
    for stream in ("subscriptions", "networks"):
        files = lake.files(stream) if lake.exists(stream) else []
        empty = pa.table({name: [] for name in SCHEMAS[stream].names}, schema=SCHEMAS[stream])
        known = session.read_parquet(files) if files else session.from_arrow(empty)
        known.create_view(f"known_{stream}", replace=True)
    session.execute(load_sql("core.events", "located_events"))
    return {"usage_files": "decoded_file", "usage_events": "located_events"}
