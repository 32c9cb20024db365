//! Statements that both databases understand.

macro_rules! columns {
    () => {
        "id, webhook, seq, request_id, kind, state, attempts, due_at, first_due, status, error, excerpt, at"
    };
}

/// Takes deliveries that are due.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "WITH picked AS MATERIALIZED (SELECT job.id AS picked_id FROM webhook_deliveries AS job ",
            "WHERE job.webhook = $4 AND job.state = 'waiting' AND job.due_at <= $1 AND job.leased_until <= $1 ",
            "AND NOT EXISTS (SELECT 1 FROM webhook_cursors AS c WHERE c.webhook = job.webhook AND c.disabled_at IS NOT NULL) ",
            "ORDER BY job.due_at, job.id LIMIT $3",
            $lock,
            ") UPDATE webhook_deliveries SET leased_until = $2, attempts = attempts + 1 FROM picked ",
            "WHERE webhook_deliveries.id = picked.picked_id RETURNING ",
            columns!()
        )
    };
}

pub const CLAIM_PLAIN: &str = claim!("");
pub const CLAIM_LOCKED: &str = claim!(" FOR UPDATE SKIP LOCKED");

pub const CURSORS: &str = "SELECT webhook, next_seq, disabled_at, why FROM webhook_cursors ORDER BY webhook";
pub const START: &str = "INSERT INTO webhook_cursors (webhook, next_seq) SELECT $1, size FROM audit_head WHERE one = 1 \
     ON CONFLICT (webhook) DO NOTHING";
pub const WANT: &str = "INSERT INTO webhook_deliveries (webhook, seq, request_id, kind, state, due_at, first_due, at) ";
pub const ADVANCE: &str = "UPDATE webhook_cursors SET next_seq = $2 WHERE webhook = $1 AND next_seq < $2";
pub const SETTLE: &str = "UPDATE webhook_deliveries SET leased_until = 0, state = $3, due_at = $4, status = $5, error = $6, \
     excerpt = $7, at = $8 WHERE id = $1 AND attempts = $2 AND state = 'waiting'";
pub const LOG: &str = concat!("SELECT ", columns!(), " FROM webhook_deliveries WHERE id < ");
pub const RESEND: &str = "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, leased_until = 0, due_at = $2, \
     first_due = $2, at = $2 WHERE id = $1 AND state <> 'waiting'";
pub const DISABLE: &str =
    "UPDATE webhook_cursors SET disabled_at = $2, why = $3 WHERE webhook = $1 AND disabled_at IS NULL";
pub const ENABLE: &str =
    "UPDATE webhook_cursors SET disabled_at = NULL, why = '' WHERE webhook = $1 AND disabled_at IS NOT NULL";
pub const RENEW: &str =
    "UPDATE webhook_deliveries SET due_at = $2, first_due = $2 WHERE webhook = $1 AND state = 'waiting'";
pub const ANSWER: &str = "SELECT fingerprint, status, answer FROM hook_inbox WHERE hook = $1 AND message = $2";
pub const KEEP_ANSWER: &str = "INSERT INTO hook_inbox (hook, message, fingerprint, status, answer, at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (hook, message) DO NOTHING";
pub const SWEEP_LOG: &str = "DELETE FROM webhook_deliveries WHERE state <> 'waiting' AND at < $1";
pub const SWEEP_ANSWERS: &str = "DELETE FROM hook_inbox WHERE at < $1";

/// Nobody has tried these for long: their webhook is no longer in the policy file.
pub const FORSAKE: &str = "UPDATE webhook_deliveries SET state = 'dead', error = $2, at = $3 \
     WHERE state = 'waiting' AND first_due < $1 AND leased_until < $1 AND NOT EXISTS \
     (SELECT 1 FROM webhook_cursors AS c WHERE c.webhook = webhook_deliveries.webhook AND c.disabled_at IS NOT NULL)";

/// All of the above that are whole statements and the same on both.
pub const ALL: &[&str] = &[
    CURSORS,
    START,
    ADVANCE,
    SETTLE,
    RESEND,
    DISABLE,
    ENABLE,
    RENEW,
    ANSWER,
    KEEP_ANSWER,
    SWEEP_LOG,
    SWEEP_ANSWERS,
    FORSAKE,
];
