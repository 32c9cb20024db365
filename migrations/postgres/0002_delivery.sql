-- The delivery ledger: one row for every message, from its planning to its end. A message has a moment of its own at which
-- there is something to do about it, so that no platform waits for another.
ALTER TABLE postings RENAME TO postings_before;
ALTER TABLE postings_before RENAME CONSTRAINT postings_pkey TO postings_before_pkey;
CREATE TABLE postings (
    id            BIGINT           NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id    TEXT COLLATE "C" NOT NULL,
    platform      TEXT COLLATE "C" NOT NULL,
    address       TEXT COLLATE "C" NOT NULL,
    purpose       TEXT COLLATE "C" NOT NULL,
    person        TEXT COLLATE "C",
    instead_of    BIGINT,
    state         TEXT COLLATE "C" NOT NULL
        CHECK (state IN ('waiting', 'held', 'delivered', 'rejected', 'gone', 'given_up')),
    message       TEXT COLLATE "C",
    shown         TEXT COLLATE "C" NOT NULL,
    error         TEXT COLLATE "C" NOT NULL,
    calls         BIGINT           NOT NULL DEFAULT 0,
    failures      BIGINT           NOT NULL DEFAULT 0,
    failing_since BIGINT,
    reposts       BIGINT           NOT NULL DEFAULT 0,
    passed_on     BOOLEAN          NOT NULL DEFAULT FALSE,
    made_at       BIGINT           NOT NULL,
    first_tried   BIGINT,
    delivered_at  BIGINT,
    at            BIGINT           NOT NULL,
    due_at        BIGINT,
    leased_until  BIGINT           NOT NULL DEFAULT 0,
    claims        BIGINT           NOT NULL DEFAULT 0,
    generation    BIGINT           NOT NULL DEFAULT 1,
    UNIQUE (request_id, purpose, address)
);
-- The first "platform" in an address is its own; jsonb would not take every text that an address can hold.
INSERT INTO postings (request_id, platform, address, purpose, state, message, shown, error, made_at, delivered_at, at, due_at)
    SELECT request_id, COALESCE(substring(address FROM '"platform":"([a-z]+)"'), ''), address, purpose,
        state, message, shown, error, at, CASE WHEN message IS NULL THEN NULL ELSE at END, at,
        CASE WHEN state = 'waiting' THEN at ELSE NULL END
    FROM postings_before AS old ORDER BY old.at, old.request_id;
DROP TABLE postings_before;
CREATE INDEX postings_due ON postings (platform, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX postings_by_state ON postings (state, id) WHERE state <> 'delivered';
CREATE INDEX postings_by_platform ON postings (platform, id);

-- What people set themselves on the console, as JSON.
CREATE TABLE preferences (
    person TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    body   TEXT COLLATE "C" NOT NULL,
    at     BIGINT           NOT NULL
);

-- What one process may do at a time. `fence` grows with every change of hands.
CREATE TABLE leases (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder  TEXT COLLATE "C" NOT NULL,
    fence   BIGINT           NOT NULL,
    ends_at BIGINT           NOT NULL
);
