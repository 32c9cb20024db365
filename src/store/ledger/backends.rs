//! [`Ledger`](super::Ledger) on each database.

use super::{
    super::{
        PgStore, Result, SqliteStore,
        codec::{self, clean, micros, micros_after},
    },
    LedgerQuery, Posting,
    body::{self, impl_ledger},
    sql,
};
use chrono::TimeDelta;
use countersign_engine::{
    id::{PersonId, RequestId},
    person::Platform,
    preference::Preference,
    time::Timestamp,
};

impl_ledger!(SqliteStore, sql::CLAIM_PLAIN);
impl_ledger!(PgStore, sql::CLAIM_LOCKED);
