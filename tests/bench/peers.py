"""Compares expected with billed lines by other tools; ``bench_reconcile`` runs it where they are.

``python tests/bench/peers.py WAY FOLDER`` prints seconds, processor seconds, peak MB and how many lines are
missing, extra, different and repeated. Money is given to the peers as whole micro-units, which is the fastest
that they can compare without error.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import datacompy
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

KEY = "record_id"
COMPARED = ("amount", "quantity", "free_quantity", "account_id", "subscription_id", "plan_id", "tariff_id")
SIDES = ("expected", "billed")

Counts = tuple[int, int, int, int]


def datacompy_pandas(folder: Path) -> Counts:
    """Compare in pandas; what is billed twice counts as extra, as datacompy pairs copies by their place."""
    expected, billed = (_table(folder, side).to_pandas() for side in SIDES)
    compare = datacompy.PandasCompare(expected, billed, join_columns=KEY)
    return _counts(compare)


def datacompy_polars(folder: Path) -> Counts:
    """Compare in Polars; copies count as `datacompy_pandas` counts them."""
    expected, billed = (pl.DataFrame(pl.from_arrow(_table(folder, side))) for side in SIDES)
    compare = datacompy.PolarsCompare(expected, billed, join_columns=[KEY])
    return _counts(compare)


def pandas_merge(folder: Path) -> Counts:
    """Drop copies, merge and compare column by column, written by hand."""
    expected, billed = (_table(folder, side).to_pandas() for side in SIDES)
    copies = billed[KEY].duplicated()
    both = expected.merge(billed[~copies], on=KEY, how="outer", indicator=True, suffixes=("", "_billed"))
    paired = both[both["_merge"] == "both"]
    differs = pd.Series(False, index=paired.index)
    for column in COMPARED:
        differs |= paired[column] != paired[f"{column}_billed"]
    sides = both["_merge"].value_counts()
    return int(sides["left_only"]), int(sides["right_only"]), int(differs.sum()), int(copies.sum())


def polars_streaming(folder: Path) -> Counts:
    """Group what is billed, join and compare, streamed from the files, written by hand."""
    expected, billed = (
        pl.scan_parquet(folder / f"{side}.parquet").select(
            KEY, *((pl.col(name) * 10**6).cast(pl.Int64) if name == "amount" else name for name in COMPARED)
        )
        for side in SIDES
    )
    once = billed.group_by(KEY).agg(pl.len().alias("times"), *(pl.col(name).first() for name in COMPARED))
    both = expected.with_columns(is_expected=True).join(once, on=KEY, how="full", suffix="_billed")
    is_missing, is_extra = pl.col("times").is_null(), pl.col("is_expected").is_null()
    differs = pl.any_horizontal(pl.col(name) != pl.col(f"{name}_billed") for name in COMPARED)
    counts = both.select(
        is_missing.sum().alias("missing"),
        is_extra.sum().alias("extra"),
        (differs & ~is_missing & ~is_extra).sum().alias("different"),
        (pl.col("times") - 1).sum().alias("repeated"),
    ).collect(engine="streaming")
    missing, extra, different, repeated = counts.row(0)
    return missing, extra, different, repeated


WAYS: dict[str, Callable[[Path], Counts]] = {
    way.__name__: way for way in (datacompy_pandas, datacompy_polars, pandas_merge, polars_streaming)
}


def _counts(compare: datacompy.BaseCompare) -> Counts:
    different = len(compare.intersect_rows) - compare.count_matching_rows()
    return len(compare.df1_unq_rows), len(compare.df2_unq_rows), different, 0


def _table(folder: Path, side: str) -> pa.Table:
    table = pq.read_table(folder / f"{side}.parquet", columns=[KEY, *COMPARED])
    micro = pc.multiply(table["amount"], pa.scalar(10**6)).cast(pa.int64())
    return table.set_column(table.column_names.index("amount"), "amount", micro)


def main(way: str, folder: Path) -> None:
    """Do one way once and print its figures."""
    started, busy = time.perf_counter(), time.process_time()
    counts = WAYS[way](folder)
    seconds, processor = time.perf_counter() - started, time.process_time() - busy
    peak = int(Path("/proc/self/status").read_text("ascii").split("VmHWM:")[1].split()[0]) // 1024
    print(f"{seconds:.3f} {processor:.3f} {peak}", *counts)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
