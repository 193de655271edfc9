from __future__ import annotations

import pytest

from core.controls.text_table import read_rows


def test_a_table_is_a_line_of_names_and_a_line_for_each_row() -> None:
    assert read_rows("\nfile_id | sequence\nF1      | 7\nF2      | 8\n") == (
        {"file_id": "F1", "sequence": "7"},
        {"file_id": "F2", "sequence": "8"},
    )


def test_an_empty_cell_is_null() -> None:
    assert read_rows("file_id | received_at\nF1 |") == ({"file_id": "F1", "received_at": None},)


def test_an_empty_table_has_no_rows() -> None:
    assert read_rows("") == read_rows("\n\n") == ()


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 names"):
        read_rows("file_id | sequence\nF1")


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(ValueError, match="a table is text"):
        read_rows([{"file_id": "F1"}])
