"""The lake: Delta tables, pinned snapshots, DuckDB sessions, loading of .sql files."""
