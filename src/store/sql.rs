//! Statements that both databases understand. `$1` binds by number on both; a test prepares every one on both.

pub(super) const PING: &str = "SELECT 1";
pub(super) const REQUEST: &str = "SELECT id, body FROM requests WHERE id = $1 OR short_id = $1 LIMIT 1";
pub(super) const REQUESTS: &str = "SELECT id, body FROM requests WHERE ";
pub(super) const CENSUS: &str =
    "SELECT state, grant_state, overdue, count(*) FROM requests GROUP BY state, grant_state, overdue";
pub(super) const OPEN_COUNT: &str =
    "SELECT count(*) FROM requests WHERE live AND requester = $1 AND state IN ('pending', 'blocked')";
pub(super) const OPEN_SAME: &str = "SELECT short_id, state FROM requests \
     WHERE live AND requester = $1 AND resource = $2 AND access = $3 ORDER BY id DESC LIMIT 1";

/// Takes alarms that are due. The inner part is materialized so that the limit is applied once.
macro_rules! due {
    ($lock:literal) => {
        concat!(
            "WITH picked AS MATERIALIZED (SELECT request_id FROM alarms WHERE due_at <= $1 AND leased_until <= $1 ",
            "ORDER BY due_at, request_id LIMIT $3",
            $lock,
            ") UPDATE alarms SET leased_until = $2 FROM picked WHERE alarms.request_id = picked.request_id ",
            "RETURNING alarms.request_id, alarms.due_at"
        )
    };
}
/// Takes jobs of one lane; connector work only when the request has no other connector work under way.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "WITH picked AS MATERIALIZED (SELECT job.id FROM outbox AS job ",
            "WHERE job.lane = $1 AND NOT job.dead AND job.due_at <= $2 AND job.leased_until <= $2 ",
            "AND (job.lane = 'deliver' OR NOT EXISTS (SELECT 1 FROM outbox AS other ",
            "WHERE other.request_id = job.request_id AND other.id <> job.id AND other.lane <> 'deliver' ",
            "AND other.leased_until > $2)) ORDER BY job.due_at, job.id LIMIT $4",
            $lock,
            ") UPDATE outbox SET leased_until = $3, attempts = attempts + 1 FROM picked WHERE outbox.id = picked.id ",
            "RETURNING outbox.id, outbox.generation, outbox.request_id, outbox.effect, outbox.attempts, ",
            "outbox.first_due, outbox.due_at"
        )
    };
}
/// What raising an effect does to one that waits or is being worked on already; buried ones begin anew.
macro_rules! raise_again {
    () => {
        " ON CONFLICT (request_id, effect) DO UPDATE SET generation = outbox.generation + 1, due_at = excluded.due_at, \
         first_due = CASE WHEN outbox.dead THEN excluded.first_due ELSE outbox.first_due END, \
         attempts = CASE WHEN outbox.dead THEN 0 ELSE outbox.attempts END, error = '', dead = FALSE"
    };
}
pub(super) use {claim, due, raise_again};

pub(super) const RAISE: &str = concat!(
    "INSERT INTO outbox (request_id, effect, lane, due_at, first_due) VALUES ($1, $2, $3, $4, $4)",
    raise_again!()
);
// `attempts` is the fence: it grows with every claim, so only the last claimer can say what became of a job.
pub(super) const FINISH: &str = "DELETE FROM outbox WHERE id = $1 AND generation = $2 AND attempts = $3";
pub(super) const RELEASE: &str =
    "UPDATE outbox SET leased_until = 0, first_due = due_at WHERE id = $1 AND generation <> $2 AND attempts = $3";
pub(super) const RETRY: &str = "UPDATE outbox SET leased_until = 0, \
     due_at = CASE WHEN generation = $2 THEN $4 ELSE due_at END, error = $5 WHERE id = $1 AND attempts = $3";
pub(super) const BURY: &str =
    "UPDATE outbox SET leased_until = 0, dead = (generation = $2), error = $4 WHERE id = $1 AND attempts = $3";
pub(super) const BACKLOG: &str = "SELECT lane, sum(CASE WHEN dead THEN 0 ELSE 1 END), \
     sum(CASE WHEN dead THEN 1 ELSE 0 END), min(CASE WHEN dead THEN NULL ELSE first_due END) FROM outbox GROUP BY lane";

pub(super) const PUT_CREDENTIAL: &str = "INSERT INTO credentials (kind, hash, subject, label, created_at, expires_at, used_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
pub(super) const CREDENTIAL: &str = "SELECT hash, subject, label, created_at, expires_at, used_at FROM credentials \
     WHERE kind = $1 AND hash = $2 AND expires_at > $3";
pub(super) const CONSUME_CREDENTIAL: &str = "DELETE FROM credentials \
     WHERE kind = $1 AND hash = $2 AND expires_at > $3 RETURNING hash, subject, label, created_at, expires_at, used_at";
pub(super) const TOUCH_CREDENTIAL: &str =
    "UPDATE credentials SET used_at = $3, expires_at = $4 WHERE kind = $1 AND hash = $2 AND expires_at > $3";
pub(super) const REMOVE_CREDENTIAL: &str = "DELETE FROM credentials WHERE kind = $1 AND hash = $2";
pub(super) const CREDENTIALS_OF: &str = "SELECT hash, subject, label, created_at, expires_at, used_at \
     FROM credentials WHERE kind = $1 AND subject = $2 ORDER BY created_at, hash";

pub(super) const BINDINGS: &str =
    "SELECT platform, tenant, account, person, at FROM bindings ORDER BY platform, tenant, account";
pub(super) const BIND: &str = "INSERT INTO bindings (platform, tenant, account, person, at) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (platform, tenant, account) DO UPDATE SET \
     person = excluded.person, at = excluded.at";
pub(super) const UNBIND: &str = "DELETE FROM bindings WHERE platform = $1 AND tenant = $2 AND account = $3";

pub(super) const PUT_SECRET: &str = "INSERT INTO secrets (request_id, sealed, at) VALUES ($1, $2, $3) \
     ON CONFLICT (request_id) DO UPDATE SET sealed = excluded.sealed, at = excluded.at";
pub(super) const TAKE_SECRET: &str = "DELETE FROM secrets WHERE request_id = $1 RETURNING sealed";
pub(super) const SECRET: &str = "SELECT sealed FROM secrets WHERE request_id = $1";
pub(super) const HAS_SECRET: &str = "SELECT count(*) FROM secrets WHERE request_id = $1";

pub(super) const AUDIT: &str = "SELECT seq, at, request_id, person, resource, body, leaf FROM audit WHERE seq >= ";
pub(super) const AUDIT_HEAD: &str = "SELECT size, frontier FROM audit_head WHERE one = 1";
pub(super) const SET_AUDIT_HEAD: &str = "UPDATE audit_head SET size = $1, frontier = $2 WHERE one = 1 AND size = $3";
pub(super) const CHECKPOINT: &str = "SELECT size, note, at FROM checkpoints ORDER BY size DESC LIMIT 1";
pub(super) const CHECKPOINTS: &str = "SELECT size, note, at FROM checkpoints ORDER BY size";
pub(super) const SAVE_CHECKPOINT: &str =
    "INSERT INTO checkpoints (size, note, at) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING";

/// Leases and due times that only a clock that ran ahead can have written (THREATS C12): what is later than `$2`. A lease
/// ends at `$1` instead, when its holder can no longer be at work; what was put off is due at `$1`.
pub(super) const SHORTEN_JOBS: &str = "UPDATE outbox SET leased_until = $1 WHERE leased_until > $2";
pub(super) const SHORTEN_ALARMS: &str = "UPDATE alarms SET leased_until = $1 WHERE leased_until > $2";
pub(super) const SHORTEN_POSTINGS: &str = "UPDATE postings SET leased_until = $1 WHERE leased_until > $2";
pub(super) const SHORTEN_WEBHOOKS: &str = "UPDATE webhook_deliveries SET leased_until = $1 WHERE leased_until > $2";
pub(super) const HASTEN_JOBS: &str = "UPDATE outbox SET due_at = $1 WHERE due_at > $2 AND NOT dead";
/// Those have pauses of hours, so what was written last tells by how much the clock ran ahead.
pub(super) const HASTEN_POSTINGS: &str =
    "UPDATE postings SET due_at = due_at - (at - $1), at = $1 WHERE at > $2 AND due_at IS NOT NULL";
pub(super) const HASTEN_WEBHOOKS: &str = "UPDATE webhook_deliveries SET due_at = due_at - (at - $1), at = $1 \
     WHERE at > $2 AND state = 'waiting'";

pub(super) const SWEEP_CREDENTIALS: &str = "DELETE FROM credentials WHERE expires_at <= $1";
pub(super) const SWEEP_KEYS: &str = "DELETE FROM keys WHERE at < $1";

/// All of the above that are whole statements.
pub(super) const ALL: &[&str] = &[
    PING,
    REQUEST,
    CENSUS,
    OPEN_COUNT,
    OPEN_SAME,
    RAISE,
    FINISH,
    RELEASE,
    RETRY,
    BURY,
    BACKLOG,
    PUT_CREDENTIAL,
    CREDENTIAL,
    CONSUME_CREDENTIAL,
    TOUCH_CREDENTIAL,
    REMOVE_CREDENTIAL,
    CREDENTIALS_OF,
    BINDINGS,
    BIND,
    UNBIND,
    PUT_SECRET,
    TAKE_SECRET,
    SECRET,
    HAS_SECRET,
    AUDIT_HEAD,
    SET_AUDIT_HEAD,
    CHECKPOINT,
    CHECKPOINTS,
    SAVE_CHECKPOINT,
    SHORTEN_JOBS,
    SHORTEN_ALARMS,
    SHORTEN_POSTINGS,
    SHORTEN_WEBHOOKS,
    HASTEN_JOBS,
    HASTEN_POSTINGS,
    HASTEN_WEBHOOKS,
    SWEEP_CREDENTIALS,
    SWEEP_KEYS,
];
