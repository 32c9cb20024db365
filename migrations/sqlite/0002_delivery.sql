-- The delivery ledger: one row for every message, from its planning to its end. A message has a moment of its own at which
-- there is something to do about it, so that no platform waits for another.
ALTER TABLE postings RENAME TO postings_before;
CREATE TABLE postings (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    request_id    TEXT    NOT NULL,
    platform      TEXT    NOT NULL,
    address       TEXT    NOT NULL,
    purpose       TEXT    NOT NULL,
    person        TEXT,
    instead_of    INTEGER,
    state         TEXT    NOT NULL CHECK (state IN ('waiting', 'held', 'delivered', 'rejected', 'gone', 'given_up')),
    message       TEXT,
    shown         TEXT    NOT NULL,
    error         TEXT    NOT NULL,
    calls         INTEGER NOT NULL DEFAULT 0,
    failures      INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    reposts       INTEGER NOT NULL DEFAULT 0,
    passed_on     INTEGER NOT NULL DEFAULT 0,
    made_at       INTEGER NOT NULL,
    first_tried   INTEGER,
    delivered_at  INTEGER,
    at            INTEGER NOT NULL,
    due_at        INTEGER,
    leased_until  INTEGER NOT NULL DEFAULT 0,
    claims        INTEGER NOT NULL DEFAULT 0,
    generation    INTEGER NOT NULL DEFAULT 1,
    UNIQUE (request_id, purpose, address)
) STRICT;
INSERT INTO postings (request_id, platform, address, purpose, state, message, shown, error, made_at, delivered_at, at, due_at)
    SELECT request_id, COALESCE(address ->> '$.direct.platform', address ->> '$.place.platform', ''), address, purpose,
        state, message, shown, error, at, CASE WHEN message IS NULL THEN NULL ELSE at END, at,
        CASE WHEN state = 'waiting' THEN at ELSE NULL END
    FROM postings_before AS old ORDER BY old.at, old.request_id;
DROP TABLE postings_before;
CREATE INDEX postings_due ON postings (platform, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX postings_by_state ON postings (state, id) WHERE state <> 'delivered';
CREATE INDEX postings_by_platform ON postings (platform, id);

-- What people set themselves on the console, as JSON.
CREATE TABLE preferences (
    person TEXT    NOT NULL PRIMARY KEY,
    body   TEXT    NOT NULL,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What one process may do at a time. `fence` grows with every change of hands.
CREATE TABLE leases (
    name    TEXT    NOT NULL PRIMARY KEY,
    holder  TEXT    NOT NULL,
    fence   INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
