"""Delta tables: atomic appends that can be repeated, versions that stay, one writer, losses noticed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.kernel.errors import LakeBusyError, LakeError
from core.lake.session import connect
from core.lake.tables import ROW_GROUP, Lake

SCHEMA = pa.schema([("name", pa.string()), ("size", pa.int64())])

HOLD = """
import sys
from pathlib import Path
from core.lake.tables import Lake
with Lake(Path(sys.argv[1]), {}).writing():
    print("held", flush=True)
    sys.stdin.readline()
"""


def rows(*names: str) -> pa.Table:
    return pa.table({"name": list(names), "size": [len(name) for name in names]}, schema=SCHEMA)


def read(lake: Lake, version: int | None = None) -> list[str]:
    with connect() as session:
        found = session.execute(
            "SELECT name FROM read_parquet($files) ORDER BY 1", {"files": lake.files("t", version)}
        ).fetchall()
    return [name for (name,) in found]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake", {"t": SCHEMA})


def test_a_lake_that_nobody_wrote_to_has_no_tables(lake: Lake) -> None:
    assert not lake.exists("t")
    assert lake.versions() == {}
    assert lake.committed("t", ["1"]) == set()


def test_an_append_is_a_version_and_older_versions_stay_readable(lake: Lake) -> None:
    lake.append("t", rows("a"), ["1"])
    lake.append("t", rows("b", "c"), ["2"])
    assert lake.versions() == {"t": 1}
    assert read(lake, 0) == ["a"]
    assert read(lake) == ["a", "b", "c"]


def test_a_committed_append_is_known_by_its_transactions(lake: Lake) -> None:
    lake.append("t", rows("a"), ["1", "2"])
    assert lake.committed("t", ["1", "2", "3"]) == {"1", "2"}


def test_rows_stay_in_their_order_so_that_few_are_read_to_find_some(lake: Lake) -> None:
    names = [f"{place:06}" for place in range(3 * ROW_GROUP + 5)]
    lake.append("t", pa.RecordBatchReader.from_batches(SCHEMA, rows(*names).to_batches(10_000)), ["1"])
    (file,) = lake.path("t").glob("*.parquet")
    written = pq.ParquetFile(file)
    assert written.read()["name"].to_pylist() == names
    groups = [written.metadata.row_group(place).column(0) for place in range(written.num_row_groups)]
    assert not any(group.has_dictionary_page for group in groups), "no name comes twice"


def test_an_append_that_fails_on_the_way_leaves_nothing(lake: Lake) -> None:
    lake.append("t", rows("a"), ["1"])

    def broken() -> object:
        yield rows("b").to_batches()[0]
        raise RuntimeError("the source broke off")

    reader = pa.RecordBatchReader.from_batches(SCHEMA, broken())
    with pytest.raises(Exception, match="broke off"):
        lake.append("t", reader, ["2"])
    assert read(lake) == ["a"]
    assert lake.committed("t", ["2"]) == set()


def test_rows_are_brought_into_the_tables_columns_and_types(lake: Lake) -> None:
    other = pa.table(
        {"size": pa.array([1], pa.int32()), "more": ["x"], "name": pa.array(["a"], pa.large_string())}
    )
    lake.append("t", other, ["1"])
    assert read(lake) == ["a"]


def test_versions_are_asked_in_the_order_that_is_named(tmp_path: Path) -> None:
    lake = Lake(tmp_path, {"a": SCHEMA, "b": SCHEMA})
    lake.append("a", rows("x"), ["1"])
    lake.append("b", rows("x"), ["1"])
    assert list(lake.versions(["b", "a"])) == ["b", "a"]


@pytest.mark.parametrize("name", ["with space", "źródło", "it's", "star*", "50%", "a#b?c", 'q"uote'])
def test_a_lake_may_lie_below_a_folder_of_any_usual_name(tmp_path: Path, name: str) -> None:
    lake = Lake(tmp_path / name / "lake", {"t": SCHEMA})
    with lake.writing():
        lake.append("t", rows("a"), ["1"])
    assert read(lake) == ["a"]


def test_a_star_in_a_lakes_folder_does_not_read_its_neighbour(tmp_path: Path) -> None:
    star, neighbour = (Lake(tmp_path / name, {"t": SCHEMA}) for name in ("lake*", "lake-2"))
    star.append("t", rows("a"), ["1"])
    neighbour.append("t", rows("b"), ["1"])
    assert read(star) == ["a"]


@pytest.mark.parametrize("name", ["a[1]", "b^c", "d|e", "f%41", "g\\h", "i\nj"])
def test_a_folder_that_delta_cannot_address_is_refused_before_anything_is_written(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(LakeError, match="choose another"), Lake(tmp_path / name, {"t": SCHEMA}).writing():
        pytest.fail("must not get here")
    assert not (tmp_path / name).exists()


def test_a_torn_file_is_noticed(lake: Lake) -> None:
    lake.append("t", rows("a"), ["1"])
    (file,) = (lake.root / "t").glob("*.parquet")
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(LakeError, match="lost data"):
        lake.files("t")


def test_a_file_that_is_gone_is_noticed(lake: Lake) -> None:
    lake.append("t", rows("a"), ["1"])
    (file,) = (lake.root / "t").glob("*.parquet")
    file.unlink()
    with pytest.raises(LakeError, match="lost data"):
        lake.files("t")


def test_a_torn_log_is_noticed(lake: Lake) -> None:
    lake.append("t", rows("a"), ["1"])
    (entry,) = (lake.root / "t" / "_delta_log").glob("*.json")
    entry.write_bytes(entry.read_bytes()[:40])
    with pytest.raises(LakeError, match="cannot be read"):
        lake.versions()


def test_a_version_that_never_was_is_refused(lake: Lake) -> None:
    lake.append("t", rows("a"), ["1"])
    with pytest.raises(LakeError, match="version 7"):
        lake.files("t", 7)


def test_two_processes_cannot_ingest_at_once_and_the_lake_is_free_when_one_ends(lake: Lake) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lake.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LakeBusyError, match="another process"), lake.writing():
            pytest.fail("must not get here")
        holder.kill()
    with lake.writing():
        lake.append("t", rows("a"), ["1"])


def test_readers_are_not_held_up_by_a_writer(lake: Lake) -> None:
    lake.append("t", rows("a"), ["1"])
    with lake.writing():
        assert read(lake) == ["a"]
