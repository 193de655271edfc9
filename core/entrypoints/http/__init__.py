"""The decision API over HTTP: what other systems ask, with access tokens. Decides nothing itself."""

from core.entrypoints.http.app import create_app, from_environment

__all__ = ["create_app", "from_environment"]
