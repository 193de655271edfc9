"""The height of data grids: whole rows, never a cut one. Draws nothing."""

from __future__ import annotations

ROW_HEIGHT = 36
"""Pixels of one row."""

_FRAME = 3


def grid_height(rows: int, most: int) -> int:
    """Return the pixels of a grid with its head and its rows, of which at most so many are in sight."""
    return ROW_HEIGHT * (min(rows, most) + 1) + _FRAME
