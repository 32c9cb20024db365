//! A grant, inside its request and by itself.

use super::{length, request::AbilitiesItem};
use chrono::{DateTime, Utc};
use countersign_engine::{
    grant::{EndReason, Grant, GrantState},
    ports::Page,
    view::RequestView,
    words,
};
use serde::Serialize;
use utoipa::ToSchema;

/// What came of an approved request.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantDetail {
    /// `scheduled` (waits to be started), `granting`, `active`, `revoking`, `ended` or `failed`.
    #[schema(example = "active")]
    pub state: &'static str,
    /// Access should be gone and is not: revocation missed its bound and is retried for ever.
    pub overdue: bool,
    /// While active: when access ends. While scheduled: when it must have been started.
    pub expires_at: Option<DateTime<Utc>>,
    /// Since when it is in this state.
    pub since: Option<DateTime<Utc>>,
    /// Why it is ending or has ended, or what the target said when there never was access.
    #[schema(example = "the time was over")]
    pub ended_because: Option<String>,
    /// What goes wrong at the target at present.
    pub trouble: Option<String>,
    /// What the holder needs to use it; never a secret.
    pub delivery: Vec<DetailItem>,
}

/// One line of what the holder needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct DetailItem {
    /// What it is.
    #[schema(example = "host")]
    pub label: String,
    /// Its value.
    #[schema(example = "db.acme.internal")]
    pub value: String,
}

/// A grant with what identifies it.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantItem {
    /// The same id as its request's.
    #[schema(example = "01KAR2N8Q4V7Z6S5T3W1Y0X9BC")]
    pub id: String,
    /// The same short id as its request's.
    #[schema(example = "req-84a2")]
    pub short_id: String,
    /// Who has the access.
    #[schema(example = "dev")]
    pub holder: String,
    /// Who asked for it.
    #[schema(example = "dev")]
    pub requester: String,
    /// To what.
    #[schema(example = "prod-db")]
    pub resource: String,
    /// How much.
    #[schema(example = "read-write")]
    pub access: String,
    /// For how long, from the moment at which access was there.
    #[schema(example = "4h")]
    pub duration: String,
    /// The rest.
    #[serde(flatten)]
    pub grant: GrantDetail,
    /// What the caller may do now.
    pub abilities: AbilitiesItem,
}

/// Part of a list of grants, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantPage {
    /// The grants.
    pub items: Vec<GrantItem>,
    /// Send it as `cursor` to go on; `null` at the end.
    pub next_cursor: Option<String>,
}

impl GrantItem {
    /// `None` while the request has no grant.
    pub fn of(view: &RequestView) -> Option<Self> {
        let request = &view.request;
        let grant = request.grant.as_ref()?;
        Some(Self {
            id: request.id.to_string(),
            short_id: request.short_id.to_string(),
            holder: request.holder.to_string(),
            requester: request.requester.to_string(),
            resource: grant.terms.resource.to_string(),
            access: grant.terms.access.to_string(),
            duration: length(grant.terms.duration),
            grant: GrantDetail::new(grant, view),
            abilities: AbilitiesItem::from(&view.abilities),
        })
    }
}

impl From<Page<RequestView>> for GrantPage {
    fn from(page: Page<RequestView>) -> Self {
        Self { items: page.items.iter().filter_map(GrantItem::of).collect(), next_cursor: page.next }
    }
}

impl GrantDetail {
    /// A grant, in its request's words.
    pub fn new(grant: &Grant, view: &RequestView) -> Self {
        let because = |why| words::end_reason(why, view);
        let (since, expires_at, ended_because) = match &grant.state {
            GrantState::Scheduled { start_by } => (None, Some(*start_by), None),
            GrantState::Granting { since, .. } => (Some(*since), None, None),
            GrantState::Active { since, expires_at, .. } => (Some(*since), Some(*expires_at), None),
            GrantState::Revoking { since, why, .. } => (Some(*since), None, Some(because(why))),
            GrantState::Ended { at, why } => (Some(*at), None, Some(because(why))),
            GrantState::Failed { at, error } => {
                let why = error.clone().unwrap_or_else(|| because(&EndReason::NotDelivered));
                (Some(*at), None, Some(why))
            }
        };
        let delivery = grant.delivery.iter().map(|d| DetailItem { label: d.label.clone(), value: d.value.clone() });
        Self {
            state: grant.state.key(),
            overdue: grant.state.is_overdue(),
            expires_at,
            since,
            ended_because,
            trouble: grant.trouble.as_ref().map(|t| t.error.clone()),
            delivery: delivery.collect(),
        }
    }
}
