"""The operator's systems: `core.ports.operator`."""

from core.adapters.operator.connect import AddressOf, connect_systems

__all__ = ["AddressOf", "connect_systems"]
