"""PostgreSQL: the event log, the view for lists, the outbox, migrations and dumps.

SQL and asyncpg live here; rules do not. Only the tables' owner migrates, the program itself
works as the role `tilbake_app`, which can neither change nor delete an event.
"""
