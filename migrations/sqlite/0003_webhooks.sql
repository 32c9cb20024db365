-- Where each webhook stands in the audit trail. A cursor only moves forward.
CREATE TABLE webhook_cursors (
    webhook     TEXT    NOT NULL PRIMARY KEY,
    next_seq    INTEGER NOT NULL,
    disabled_at INTEGER,
    why         TEXT    NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- One row for each webhook and entry of the audit trail that it wants.
CREATE TABLE webhook_deliveries (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    webhook      TEXT    NOT NULL,
    seq          INTEGER NOT NULL,
    request_id   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    due_at       INTEGER NOT NULL,
    first_due    INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    status       INTEGER,
    error        TEXT    NOT NULL DEFAULT '',
    excerpt      TEXT    NOT NULL DEFAULT '',
    at           INTEGER NOT NULL,
    UNIQUE (webhook, seq)
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, due_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (at) WHERE state <> 'waiting';

-- What inbound hooks answered: a message that comes again gets the same answer.
CREATE TABLE hook_inbox (
    hook        TEXT    NOT NULL,
    message     TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    status      INTEGER NOT NULL,
    answer      TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (hook, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX hook_inbox_by_time ON hook_inbox (at);
