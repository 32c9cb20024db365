//! A request as one person sees it.

use super::{GrantDetail, StepItem, length};
use chrono::{DateTime, Utc};
use countersign_engine::{
    ports::Page,
    view::{Abilities, Label, RequestView},
    words,
};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestItem {
    /// Its name for programs. The grant that comes of it has the same.
    #[schema(example = "01KAR2N8Q4V7Z6S5T3W1Y0X9BC")]
    pub id: String,
    /// Its name among people; works wherever the id does.
    #[schema(example = "req-84a2")]
    pub short_id: String,
    /// `pending`, `approved`, `denied`, `timed_out`, `withdrawn`, `cancelled`, or `blocked` (pending, but its chain
    /// cannot be filled at present).
    #[schema(example = "pending")]
    pub state: &'static str,
    /// The state in a sentence.
    #[schema(example = "Waiting for Manager: 0 of 1 approved.")]
    pub why: String,
    /// The open step, from 1; `null` once decided.
    #[schema(example = 2)]
    pub step: Option<usize>,
    /// The chain.
    pub steps: Vec<StepItem>,
    /// Who asked.
    #[schema(example = "dev")]
    pub requester: String,
    /// Who gets the access.
    #[schema(example = "dev")]
    pub holder: String,
    /// To what.
    #[schema(example = "prod-db")]
    pub resource: String,
    /// The access level as it stands after the approvers' trims.
    #[schema(example = "read-write")]
    pub access: String,
    /// The length as it stands after the approvers' trims.
    #[schema(example = "2h")]
    pub duration: String,
    /// The access level that was asked for.
    #[schema(example = "read-write")]
    pub asked_access: String,
    /// The length that was asked for.
    #[schema(example = "4h")]
    pub asked_duration: String,
    /// Why, in the requester's words. Not safe to show without escaping.
    #[schema(example = "billing migration")]
    pub reason: Option<String>,
    /// The workflow that took it.
    #[schema(example = "sre-prod-db")]
    pub workflow: String,
    /// The workflow's priority.
    #[schema(example = "high")]
    pub priority: String,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// While pending: when it times out unless somebody decides, that is the open step's deadline or the whole
    /// request's bound, whichever comes first. While access is active: when access ends. Otherwise `null`.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// The grant, once approved.
    pub grant: Option<GrantDetail>,
    /// Everyone the request names, by id.
    pub people: BTreeMap<String, PersonItem>,
    /// What the caller may do now.
    pub abilities: AbilitiesItem,
    /// Platforms on which a copy of the card was delivered.
    #[schema(example = json!(["slack"]))]
    pub notified: Vec<&'static str>,
    /// Counts changes, from 1.
    pub version: u64,
    /// The moment of reading, by the server's clock.
    pub now: DateTime<Utc>,
}

/// How a person is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonItem {
    /// Name.
    #[schema(example = "Dev")]
    pub name: String,
    /// E-mail; the id when the directory knows no e-mail.
    #[schema(example = "dev@acme.com")]
    pub email: String,
}

/// What the caller may do with the request now. The same rules judge the call itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct AbilitiesItem {
    /// Vote on the open step.
    pub vote: bool,
    /// Take it back.
    pub cancel: bool,
    /// Start the grant.
    pub start: bool,
    /// End the access.
    pub end: bool,
    /// Take the access away.
    pub revoke: bool,
    /// Vouch for an overdue revocation.
    pub waive: bool,
}

/// Part of a list of requests, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestPage {
    /// The requests.
    pub items: Vec<RequestItem>,
    /// Send it as `cursor` to go on; `null` at the end.
    pub next_cursor: Option<String>,
}

impl From<&RequestView> for RequestItem {
    fn from(view: &RequestView) -> Self {
        let r = &view.request;
        let active_until = r.grant.as_ref().and_then(|g| g.state.expires_at());
        Self {
            id: r.id.to_string(),
            short_id: r.short_id.to_string(),
            state: r.state.key(),
            why: words::sentence(view),
            step: r.open_step().map(|(pending, _)| pending.step + 1),
            steps: r
                .chain
                .steps
                .iter()
                .zip(&view.steps)
                .enumerate()
                .map(|(n, (s, v))| StepItem::new(n, s, v))
                .collect(),
            requester: r.requester.to_string(),
            holder: r.holder.to_string(),
            resource: r.asked.resource.to_string(),
            access: r.scope.access.to_string(),
            duration: length(r.scope.duration),
            asked_access: r.asked.access.to_string(),
            asked_duration: length(r.asked.duration),
            reason: r.asked.reason.clone(),
            workflow: r.chain.workflow.to_string(),
            priority: r.chain.priority.to_string(),
            opened_at: r.opened_at,
            expires_at: r.open_step().map(|(p, _)| p.deadline.min(r.expires_at)).or(active_until),
            decided_at: r.state.decided_at(),
            grant: r.grant.as_ref().map(|grant| GrantDetail::new(grant, view)),
            people: view.people.iter().map(|(id, label)| (id.to_string(), PersonItem::from(label))).collect(),
            abilities: AbilitiesItem::from(&view.abilities),
            notified: view.notified.iter().map(|p| p.key()).collect(),
            version: r.version,
            now: view.now,
        }
    }
}

impl From<Page<RequestView>> for RequestPage {
    fn from(page: Page<RequestView>) -> Self {
        Self { items: page.items.iter().map(RequestItem::from).collect(), next_cursor: page.next }
    }
}

impl From<&Label> for PersonItem {
    fn from(label: &Label) -> Self {
        Self { name: label.name.clone(), email: label.email.clone() }
    }
}

impl From<&Abilities> for AbilitiesItem {
    fn from(a: &Abilities) -> Self {
        Self { vote: a.vote, cancel: a.cancel, start: a.start, end: a.end, revoke: a.revoke, waive: a.waive }
    }
}
