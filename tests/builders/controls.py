"""A small control file to spoil: what a test does not name is right."""

from __future__ import annotations

from pathlib import Path

HEADER = {
    "id": '"tiny"',
    "title": '"Tiny"',
    "question": '"Is it tiny?"',
    "fault": '"file_late"',
    "dimension": '"timeliness"',
    "area": '"partner"',
    "kind": '"threshold"',
    "mode": '"preventive"',
    "severity": '"low"',
    "owner": '"tests"',
    "reads": '["usage_files"]',
    "grain": '"one row for each file"',
    "unit": '"files"',
    "root_cause": '"unknown"',
    "action": '"no_action"',
    "causes": '["a cause"]',
    "corrections": '["a correction"]',
    "source": '"tests"',
    "eligible": '"select count(*) from usage_files"',
}
EXAMPLES = '''
[[example]]
name = "a file"
expect = """
subject_id
F1
"""
[example.given]
usage_files = """
file_id | record_count
F1      | 1
"""

[[example]]
name = "an empty file"
expect = ""
[example.given]
usage_files = """
file_id | record_count
F1      | 0
"""
'''
SQL = """\
with files as (select * from usage_files)
select file_id as subject_id, period_end as occurred_at
from files
where record_count > 0
"""


SELECT = """\
select file_id as subject_id, period_end as occurred_at, COLUMNS
from usage_files
where record_count > 0
"""


def select(columns: str) -> str:
    """Return a select that finds the files with records and says these columns of them."""
    return SELECT.replace("COLUMNS", columns)


def control_file(
    folder: Path,
    sql: str = SQL,
    *,
    name: str = "tiny",
    extra: str = "",
    examples: str = EXAMPLES,
    **header: str,
) -> Path:
    """Write a control file; header values are TOML text, an empty one leaves the key out."""
    keys = {"id": f'"{name}"'} | {key: value for key, value in HEADER.items() if key != "id"} | header
    lines = [f"{key} = {value}" for key, value in keys.items() if value]
    path = folder / f"{name}.sql"
    path.write_text("\n".join(["/*+++", *lines, extra + examples.rstrip(), "+++*/", sql]), encoding="utf-8")
    return path
