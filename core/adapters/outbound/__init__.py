"""Other systems over HTTP: `core.ports.outbound`."""

from core.adapters.outbound.poster import HttpPoster

__all__ = ["HttpPoster"]
