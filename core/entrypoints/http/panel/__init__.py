"""The action-button panel: one small page to frame in another system, with one account's cases."""

from core.entrypoints.http.panel.routes import router

__all__ = ["router"]
