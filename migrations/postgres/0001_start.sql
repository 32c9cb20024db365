-- Collation "C": order and equality by bytes, as in SQLite, whatever the database's locale.
-- Times are microseconds since the epoch. `body` is the whole request; the columns beside it are there to be searched.
CREATE TABLE requests (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    short_id    TEXT COLLATE "C" NOT NULL UNIQUE,
    requester   TEXT COLLATE "C" NOT NULL,
    holder      TEXT COLLATE "C" NOT NULL,
    resource    TEXT COLLATE "C" NOT NULL,
    access      TEXT COLLATE "C" NOT NULL,
    workflow    TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN
        ('pending', 'blocked', 'approved', 'denied', 'timed_out', 'withdrawn', 'cancelled')),
    grant_state TEXT COLLATE "C" CHECK (grant_state IN
        ('scheduled', 'granting', 'active', 'revoking', 'ended', 'failed')),
    overdue     BOOLEAN          NOT NULL,
    live        BOOLEAN          NOT NULL,
    opened_at   BIGINT           NOT NULL,
    decided_at  BIGINT,
    version     BIGINT           NOT NULL CHECK (version > 0),
    search      TEXT COLLATE "C" NOT NULL,
    body        TEXT COLLATE "C" NOT NULL,
    CHECK ((state IN ('pending', 'blocked')) = (decided_at IS NULL)),
    CHECK (grant_state IS NULL OR state = 'approved')
) WITH (fillfactor = 70);
CREATE INDEX requests_by_requester ON requests (requester, id);
CREATE INDEX requests_by_holder ON requests (holder, id) WHERE holder <> requester;
CREATE INDEX requests_live ON requests (id) WHERE live;
CREATE INDEX requests_standing ON requests (requester, resource, access) WHERE live;
CREATE INDEX requests_census ON requests (state, grant_state, overdue);

CREATE TABLE votes (
    request_id TEXT COLLATE "C" NOT NULL REFERENCES requests (id),
    slot       TEXT COLLATE "C" NOT NULL,
    step       BIGINT           NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    decision   TEXT COLLATE "C" NOT NULL CHECK (decision IN ('approve', 'deny')),
    at         BIGINT           NOT NULL,
    PRIMARY KEY (request_id, slot)
);

CREATE TABLE alarms (
    request_id   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    due_at       BIGINT           NOT NULL,
    leased_until BIGINT           NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE INDEX alarms_due ON alarms (due_at);

-- An id is never given twice: a worker that comes late must not finish somebody else's job.
CREATE TABLE outbox (
    id           BIGINT           NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id   TEXT COLLATE "C" NOT NULL,
    effect       TEXT COLLATE "C" NOT NULL,
    lane         TEXT COLLATE "C" NOT NULL CHECK (lane IN ('revoke', 'grant', 'deliver')),
    due_at       BIGINT           NOT NULL,
    first_due    BIGINT           NOT NULL,
    leased_until BIGINT           NOT NULL DEFAULT 0,
    attempts     BIGINT           NOT NULL DEFAULT 0,
    generation   BIGINT           NOT NULL DEFAULT 1,
    error        TEXT COLLATE "C" NOT NULL DEFAULT '',
    dead         BOOLEAN          NOT NULL DEFAULT FALSE,
    UNIQUE (request_id, effect)
);
CREATE INDEX outbox_claimable ON outbox (lane, due_at, id) WHERE NOT dead;

CREATE TABLE postings (
    request_id TEXT COLLATE "C" NOT NULL,
    address    TEXT COLLATE "C" NOT NULL,
    purpose    TEXT COLLATE "C" NOT NULL,
    message    TEXT COLLATE "C",
    shown      TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('delivered', 'rejected', 'gone', 'waiting')),
    error      TEXT COLLATE "C" NOT NULL,
    at         BIGINT           NOT NULL,
    PRIMARY KEY (request_id, address, purpose)
);

CREATE TABLE credentials (
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('token', 'session', 'login', 'link')),
    hash       TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
    label      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT           NOT NULL,
    expires_at BIGINT           NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (kind, hash)
);
CREATE INDEX credentials_by_subject ON credentials (kind, subject);

CREATE TABLE bindings (
    platform TEXT COLLATE "C" NOT NULL,
    tenant   TEXT COLLATE "C" NOT NULL,
    account  TEXT COLLATE "C" NOT NULL,
    person   TEXT COLLATE "C" NOT NULL,
    at       BIGINT           NOT NULL,
    PRIMARY KEY (platform, tenant, account)
);

CREATE TABLE secrets (
    request_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sealed     BYTEA            NOT NULL,
    at         BIGINT           NOT NULL
);

CREATE TABLE audit (
    seq        BIGINT           NOT NULL PRIMARY KEY,
    at         BIGINT           NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    resource   TEXT COLLATE "C" NOT NULL,
    body       TEXT COLLATE "C" NOT NULL,
    leaf       TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_by_request ON audit (request_id, seq);
CREATE INDEX audit_by_person ON audit (person, seq) WHERE person <> '';
CREATE INDEX audit_by_resource ON audit (resource, seq);
CREATE INDEX audit_by_time ON audit (at, seq);

CREATE TABLE audit_head (
    one      BIGINT           NOT NULL PRIMARY KEY CHECK (one = 1),
    size     BIGINT           NOT NULL,
    frontier TEXT COLLATE "C" NOT NULL
);
INSERT INTO audit_head (one, size, frontier) VALUES (1, 0, '[]');

CREATE TABLE checkpoints (
    size BIGINT           NOT NULL PRIMARY KEY,
    note TEXT COLLATE "C" NOT NULL,
    at   BIGINT           NOT NULL
);

CREATE TABLE keys (
    caller      TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    request_id  TEXT COLLATE "C" NOT NULL,
    at          BIGINT           NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX keys_by_time ON keys (at);

-- The last line of defence: what happened cannot be changed through SQL without dropping a trigger first.
CREATE FUNCTION countersign_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$;
CREATE TRIGGER requests_final BEFORE UPDATE ON requests FOR EACH ROW
    WHEN ((OLD.state NOT IN ('pending', 'blocked') AND NEW.state <> OLD.state)
        OR (OLD.grant_state IN ('ended', 'failed') AND NEW.grant_state IS DISTINCT FROM OLD.grant_state))
    EXECUTE FUNCTION countersign_refuse('a decided request stays decided');
CREATE TRIGGER requests_kept BEFORE DELETE OR TRUNCATE ON requests
    EXECUTE FUNCTION countersign_refuse('requests are kept');
CREATE TRIGGER votes_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON votes
    EXECUTE FUNCTION countersign_refuse('votes are kept as they were cast');
CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    EXECUTE FUNCTION countersign_refuse('the audit trail is append-only');
CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head FOR EACH ROW
    WHEN (NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.frontier <> OLD.frontier))
    EXECUTE FUNCTION countersign_refuse('the audit trail is append-only');
CREATE TRIGGER audit_head_kept BEFORE DELETE OR TRUNCATE ON audit_head
    EXECUTE FUNCTION countersign_refuse('the audit trail is append-only');
CREATE TRIGGER checkpoints_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    EXECUTE FUNCTION countersign_refuse('checkpoints are append-only');
