"""Alembic's door: runs the migrations on the connection it is given, in that connection's transaction."""

from alembic import context

from data.workspace.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
