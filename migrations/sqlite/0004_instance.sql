-- Which installation this is. `epoch` grows with every restore that an operator confirmed; `quarantine` says why one is
-- needed, and `seen` which epoch there was already.
CREATE TABLE instance (
    one        INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    id         TEXT NOT NULL,
    epoch      INTEGER NOT NULL,
    quarantine TEXT,
    seen       INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Restores that were confirmed: the signed statement with which each epoch begins.
CREATE TABLE restores (
    epoch INTEGER NOT NULL PRIMARY KEY,
    note  TEXT NOT NULL,
    at    INTEGER NOT NULL
) STRICT;
CREATE TRIGGER restores_unchanged BEFORE UPDATE ON restores
    BEGIN SELECT RAISE(ABORT, 'restores are append-only'); END;
CREATE TRIGGER restores_kept BEFORE DELETE ON restores
    BEGIN SELECT RAISE(ABORT, 'restores are append-only'); END;
CREATE TRIGGER restores_not_replaced BEFORE INSERT ON restores
    WHEN EXISTS (SELECT 1 FROM restores WHERE epoch = NEW.epoch)
    BEGIN SELECT RAISE(ABORT, 'already there: restores are append-only'); END;
