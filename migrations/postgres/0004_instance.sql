-- Which installation this is. `epoch` grows with every restore that an operator confirmed; `quarantine` says why one is
-- needed, and `seen` which epoch there was already.
CREATE TABLE instance (
    one        BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    id         TEXT COLLATE "C" NOT NULL,
    epoch      BIGINT NOT NULL,
    quarantine TEXT COLLATE "C",
    seen       BIGINT NOT NULL DEFAULT 0
);

-- Restores that were confirmed: the signed statement with which each epoch begins.
CREATE TABLE restores (
    epoch BIGINT NOT NULL PRIMARY KEY,
    note  TEXT COLLATE "C" NOT NULL,
    at    BIGINT NOT NULL
);
CREATE TRIGGER restores_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON restores
    EXECUTE FUNCTION countersign_refuse('restores are append-only');
