"""The operational store on SQLAlchemy; the only place of ours that imports it."""

from __future__ import annotations

from core.adapters.store.sql import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
