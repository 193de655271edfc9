"""Sessions run in UTC under a limit, and spill instead of growing."""

from __future__ import annotations

from pathlib import Path

from core.lake.session import Limits, connect


def test_a_session_reads_instants_in_utc() -> None:
    with connect() as session:
        assert session.execute("SELECT TIMESTAMPTZ '2026-03-29 02:30:00'::VARCHAR").fetchall() == [
            ("2026-03-29 02:30:00+00",)
        ]


def test_a_session_keeps_to_its_limits(tmp_path: Path) -> None:
    with connect(Limits(memory_mb=100, threads=1, temp=tmp_path / "spill")) as session:
        found = dict(
            session.execute(
                "SELECT name, value FROM duckdb_settings() WHERE name IN ('threads', 'temp_directory')"
            ).fetchall()
        )
    assert found == {"threads": "1", "temp_directory": str(tmp_path / "spill")}


def test_what_does_not_fit_is_spilled_and_cleared_away(tmp_path: Path) -> None:
    with connect(Limits(memory_mb=40, threads=1, temp=tmp_path)) as session:
        session.execute(
            "CREATE TEMP TABLE t AS SELECT i, repeat(md5(i::VARCHAR), 8) AS s FROM range(400000) r(i)"
        )
        assert list(tmp_path.iterdir())
        assert session.execute("SELECT count(DISTINCT s) FROM t").fetchall() == [(400_000,)]
    assert not list(tmp_path.glob("*.tmp"))


def test_sessions_that_spill_to_one_folder_keep_apart(tmp_path: Path) -> None:
    limits = Limits(memory_mb=40, threads=1, temp=tmp_path)
    with connect(limits) as one, connect(limits) as two:
        for session, letter in ((one, "a"), (two, "b")):
            session.execute(
                "CREATE TEMP TABLE t AS SELECT repeat($letter, 300) AS s FROM range(300000)",
                {"letter": letter},
            )
        assert one.execute("SELECT DISTINCT s[1] FROM t").fetchall() == [("a",)]
        assert two.execute("SELECT DISTINCT s[1] FROM t").fetchall() == [("b",)]
