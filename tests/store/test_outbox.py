"""Deliveries are found without reading everything that was ever sent."""

import sqlite3

from tuisocial.store import migrations, outbox


def test_what_waits_is_found_without_reading_what_was_sent() -> None:
    connection = sqlite3.connect(":memory:")
    migrations.migrate(connection)
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    outbox.due(connection, 0)
    outbox.next_due(connection)
    outbox.owners(connection)
    outbox.release(connection, "me", 0)
    connection.set_trace_callback(None)
    statements = [one for one in asked if "outbox" in one]
    assert len(statements) == 4
    for statement in statements:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert any("outbox_waiting" in step for step in plan), plan
        assert "SCAN outbox" not in plan
    connection.close()
