-- Where each webhook stands in the audit trail. A cursor only moves forward.
CREATE TABLE webhook_cursors (
    webhook     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    next_seq    BIGINT           NOT NULL,
    disabled_at BIGINT,
    why         TEXT COLLATE "C" NOT NULL DEFAULT ''
);

-- One row for each webhook and entry of the audit trail that it wants.
CREATE TABLE webhook_deliveries (
    id           BIGINT           NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook      TEXT COLLATE "C" NOT NULL,
    seq          BIGINT           NOT NULL,
    request_id   TEXT COLLATE "C" NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts     BIGINT           NOT NULL DEFAULT 0,
    due_at       BIGINT           NOT NULL,
    first_due    BIGINT           NOT NULL,
    leased_until BIGINT           NOT NULL DEFAULT 0,
    status       BIGINT,
    error        TEXT COLLATE "C" NOT NULL DEFAULT '',
    excerpt      TEXT COLLATE "C" NOT NULL DEFAULT '',
    at           BIGINT           NOT NULL,
    UNIQUE (webhook, seq)
) WITH (fillfactor = 70);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, due_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (at) WHERE state <> 'waiting';

-- What inbound hooks answered: a message that comes again gets the same answer.
CREATE TABLE hook_inbox (
    hook        TEXT COLLATE "C" NOT NULL,
    message     TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    status      BIGINT           NOT NULL,
    answer      TEXT COLLATE "C" NOT NULL,
    at          BIGINT           NOT NULL,
    PRIMARY KEY (hook, message)
);
CREATE INDEX hook_inbox_by_time ON hook_inbox (at);
