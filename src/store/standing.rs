//! What a person has, from what the database says of it.

use countersign_engine::{decide::Standing, id::ShortId};

/// `same` is a short id and the request's state. A live request that is not pending has a grant that is not over.
pub(super) fn from_rows(open: i64, same: Option<(String, String)>) -> Standing {
    let held = |state: &str| !matches!(state, "pending" | "blocked");
    Standing {
        open: u32::try_from(open).unwrap_or(u32::MAX),
        same: same.map(|(short_id, state)| (ShortId::new(short_id), held(&state))),
    }
}
