"""Makes many requests out of the real ones of a database, by SQL, as fast as the disk allows.

Copies have ids, votes, alarms and (by choice) audit entries of their own. The entries stand before the trail's first, so that the
trail itself stays whole.
"""

import sqlite3

COLUMNS = "requester, holder, resource, access, workflow, state, grant_state, overdue, live, opened_at, decided_at, version, search"
NEW = {"sqlite": "substr({id}, 1, 19) || printf('%07d', {n})", "postgres": "substr({id}, 1, 19) || lpad(({n})::text, 7, '0')"}
SHORT = {"sqlite": "'req-' || printf('%07x', {n})", "postgres": "'req-' || lpad(to_hex({n}), 7, '0')"}


def statements(kind, times, trail):
    new, short = NEW[kind].format(id="r.id", n="k * s.base + s.n"), SHORT[kind].format(n="k * s.base + s.n")
    series = {
        "sqlite": f"(WITH RECURSIVE c(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM c WHERE k < {times}) SELECT k FROM c) c",
        "postgres": f"generate_series(1, {times}) c(k)",
    }[kind]
    text, cast = ("r.body", "") if kind == "sqlite" else ("r.body::text", "::json")
    yield "CREATE TEMP TABLE seed AS SELECT id, row_number() OVER (ORDER BY id) n, count(*) OVER () + 1 base FROM requests"
    yield f"CREATE TEMP TABLE copies AS SELECT s.id old, {new} id, {short} short_id, k * s.base + s.n number, k FROM requests r JOIN seed s ON s.id = r.id, {series}"
    yield (f"INSERT INTO requests (id, short_id, {COLUMNS}, body) SELECT c.id, c.short_id, {COLUMNS}, "
           f"replace(replace({text}, r.id, c.id), r.short_id, c.short_id){cast} FROM copies c JOIN requests r ON r.id = c.old")
    yield "INSERT INTO votes SELECT c.id, slot, step, person, decision, at FROM copies c JOIN votes v ON v.request_id = c.old"
    yield "INSERT INTO alarms (request_id, due_at) SELECT c.id, due_at FROM copies c JOIN alarms a ON a.request_id = c.old"
    if trail:
        yield ("INSERT INTO audit (seq, at, request_id, person, resource, body, leaf) SELECT -(c.k * 1000000000 + a.seq), a.at, c.id, "
               "a.person, a.resource, a.body, a.leaf FROM copies c JOIN audit a ON a.request_id = c.old")


def multiply(server, times, trail=False):
    """Each request of a stopped server's database `times` more; `trail`: with audit entries."""
    if server.kind == "postgres":
        server.cluster.sql(";\n".join(statements("postgres", times, trail)) + ";\nANALYZE", server.database)
        return
    with sqlite3.connect(server.home / "server.db") as database:
        database.execute("PRAGMA synchronous=OFF")
        for statement in statements("sqlite", times, trail):
            database.execute(statement)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
