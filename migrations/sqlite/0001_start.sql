-- Times are microseconds since the epoch. `body` is the whole request; the columns beside it are there to be searched.
CREATE TABLE requests (
    id          TEXT    NOT NULL PRIMARY KEY,
    short_id    TEXT    NOT NULL UNIQUE,
    requester   TEXT    NOT NULL,
    holder      TEXT    NOT NULL,
    resource    TEXT    NOT NULL,
    access      TEXT    NOT NULL,
    workflow    TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN
        ('pending', 'blocked', 'approved', 'denied', 'timed_out', 'withdrawn', 'cancelled')),
    grant_state TEXT    CHECK (grant_state IN ('scheduled', 'granting', 'active', 'revoking', 'ended', 'failed')),
    overdue     INTEGER NOT NULL,
    live        INTEGER NOT NULL,
    opened_at   INTEGER NOT NULL,
    decided_at  INTEGER,
    version     INTEGER NOT NULL CHECK (version > 0),
    search      TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    CHECK ((state IN ('pending', 'blocked')) = (decided_at IS NULL)),
    CHECK (grant_state IS NULL OR state = 'approved')
) STRICT;
CREATE INDEX requests_by_requester ON requests (requester, id);
CREATE INDEX requests_by_holder ON requests (holder, id) WHERE holder <> requester;
CREATE INDEX requests_live ON requests (id) WHERE live;
CREATE INDEX requests_standing ON requests (requester, resource, access) WHERE live;
CREATE INDEX requests_census ON requests (state, grant_state, overdue);

CREATE TABLE votes (
    request_id TEXT    NOT NULL REFERENCES requests (id),
    slot       TEXT    NOT NULL,
    step       INTEGER NOT NULL,
    person     TEXT    NOT NULL,
    decision   TEXT    NOT NULL CHECK (decision IN ('approve', 'deny')),
    at         INTEGER NOT NULL,
    PRIMARY KEY (request_id, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarms (
    request_id   TEXT    NOT NULL PRIMARY KEY,
    due_at       INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX alarms_due ON alarms (due_at);

-- An id is never given twice: a worker that comes late must not finish somebody else's job.
CREATE TABLE outbox (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    request_id   TEXT    NOT NULL,
    effect       TEXT    NOT NULL,
    lane         TEXT    NOT NULL CHECK (lane IN ('revoke', 'grant', 'deliver')),
    due_at       INTEGER NOT NULL,
    first_due    INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    attempts     INTEGER NOT NULL DEFAULT 0,
    generation   INTEGER NOT NULL DEFAULT 1,
    error        TEXT    NOT NULL DEFAULT '',
    dead         INTEGER NOT NULL DEFAULT 0,
    UNIQUE (request_id, effect)
) STRICT;
CREATE INDEX outbox_claimable ON outbox (lane, due_at, id) WHERE NOT dead;

CREATE TABLE postings (
    request_id TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,
    message    TEXT,
    shown      TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('delivered', 'rejected', 'gone', 'waiting')),
    error      TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (request_id, address, purpose)
) STRICT, WITHOUT ROWID;

CREATE TABLE credentials (
    kind       TEXT    NOT NULL CHECK (kind IN ('token', 'session', 'login', 'link')),
    hash       TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    label      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    PRIMARY KEY (kind, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX credentials_by_subject ON credentials (kind, subject);

CREATE TABLE bindings (
    platform TEXT    NOT NULL,
    tenant   TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    person   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (platform, tenant, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (
    request_id TEXT    NOT NULL PRIMARY KEY,
    sealed     BLOB    NOT NULL,
    at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    seq        INTEGER NOT NULL PRIMARY KEY,
    at         INTEGER NOT NULL,
    request_id TEXT    NOT NULL,
    person     TEXT    NOT NULL,
    resource   TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    leaf       TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_by_request ON audit (request_id, seq);
CREATE INDEX audit_by_person ON audit (person, seq) WHERE person <> '';
CREATE INDEX audit_by_resource ON audit (resource, seq);
CREATE INDEX audit_by_time ON audit (at, seq);

CREATE TABLE audit_head (
    one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    size     INTEGER NOT NULL,
    frontier TEXT    NOT NULL
) STRICT;
INSERT INTO audit_head (one, size, frontier) VALUES (1, 0, '[]');

CREATE TABLE checkpoints (
    size INTEGER NOT NULL PRIMARY KEY,
    note TEXT    NOT NULL,
    at   INTEGER NOT NULL
) STRICT;

CREATE TABLE keys (
    caller      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    request_id  TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX keys_by_time ON keys (at);

-- The last line of defence: what happened cannot be changed through SQL without dropping a trigger first.
CREATE TRIGGER requests_final BEFORE UPDATE ON requests
    WHEN (OLD.state NOT IN ('pending', 'blocked') AND NEW.state <> OLD.state)
        OR (OLD.grant_state IN ('ended', 'failed') AND NEW.grant_state IS NOT OLD.grant_state)
    BEGIN SELECT RAISE(ABORT, 'a decided request stays decided'); END;
CREATE TRIGGER requests_kept BEFORE DELETE ON requests
    BEGIN SELECT RAISE(ABORT, 'requests are kept'); END;
CREATE TRIGGER votes_unchanged BEFORE UPDATE ON votes
    BEGIN SELECT RAISE(ABORT, 'votes are kept as they were cast'); END;
CREATE TRIGGER votes_kept BEFORE DELETE ON votes
    BEGIN SELECT RAISE(ABORT, 'votes are kept as they were cast'); END;
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head
    WHEN NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.frontier <> OLD.frontier)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_head_kept BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER checkpoints_unchanged BEFORE UPDATE ON checkpoints
    BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER checkpoints_kept BEFORE DELETE ON checkpoints
    BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
-- REPLACE deletes without asking the triggers above.
CREATE TRIGGER requests_not_replaced BEFORE INSERT ON requests
    WHEN EXISTS (SELECT 1 FROM requests WHERE id = NEW.id OR short_id = NEW.short_id)
    BEGIN SELECT RAISE(ABORT, 'already there: request'); END;
CREATE TRIGGER votes_not_replaced BEFORE INSERT ON votes
    WHEN EXISTS (SELECT 1 FROM votes WHERE request_id = NEW.request_id AND slot = NEW.slot)
    BEGIN SELECT RAISE(ABORT, 'already there: vote'); END;
CREATE TRIGGER audit_not_replaced BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'already there: the audit trail is append-only'); END;
CREATE TRIGGER audit_head_not_replaced BEFORE INSERT ON audit_head
    WHEN EXISTS (SELECT 1 FROM audit_head)
    BEGIN SELECT RAISE(ABORT, 'already there: the audit trail is append-only'); END;
