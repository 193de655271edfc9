"""Run migrations on the connection that `core.adapters.store.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from core.adapters.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller's one transaction holds every step, on SQLite as well
)
context.run_migrations()
