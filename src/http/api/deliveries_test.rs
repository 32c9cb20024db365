//! `POST /api/v1/deliveries/test`

use crate::{
    http::{Body, Problem, Web, Who, problem::ActProblems},
    outbox::{Sent, Target},
};
use axum::{Json, extract::State};
use countersign_engine::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where to. Without anything: to the caller, on every platform on which they can be reached.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Only on this platform: `slack`, `discord`, `telegram`, `teams`, `email`.
    #[serde(default)]
    platform: Option<String>,
    /// To this person, by id or e-mail.
    #[serde(default)]
    to: Option<String>,
    /// To this place, by its id as the policy file writes it.
    #[serde(default)]
    #[schema(example = "T0123ABCD/C0123ABCD")]
    place: Option<String>,
}

/// What came back.
#[derive(Serialize, ToSchema)]
pub struct Tests {
    /// One per message.
    items: Vec<TestItem>,
}

/// One test message.
#[derive(Serialize, ToSchema)]
struct TestItem {
    /// Through which platform.
    #[schema(example = "slack")]
    platform: &'static str,
    /// Where it went.
    address: String,
    /// Did it arrive?
    delivered: bool,
    /// Why not.
    error: Option<String>,
    /// What may help.
    hint: Option<&'static str>,
}

impl From<Sent> for TestItem {
    fn from(sent: Sent) -> Self {
        Self {
            platform: sent.address.platform().key(),
            address: sent.address.to_string(),
            delivered: sent.delivered,
            error: Some(sent.error).filter(|e| !e.is_empty()),
            hint: Some(sent.hint).filter(|h| !h.is_empty()),
        }
    }
}

/// Send a test message
///
/// Through the real platform, at once. For administrators. Each message stands in the delivery ledger.
#[utoipa::path(
    post,
    path = "/api/v1/deliveries/test",
    tag = "operations",
    request_body = Wanted,
    responses((status = 200, description = "What came back, one item per message.", body = Tests), ActProblems),
)]
pub async fn handler(State(web): State<Web>, who: Who, Body(wanted): Body<Wanted>) -> Result<Json<Tests>, Problem> {
    let policy = web.service.policy.get();
    if !policy.is_administrator(&who.person) {
        return Err(crate::http::refusal::problem(&Refusal::NotAllowed { who_may: "administrators" }));
    }
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let (platform, to, place) = (text(&wanted.platform), text(&wanted.to), text(&wanted.place));
    let target = Target::read(&platform, &to, &place, &who.person, &policy).map_err(Problem::malformed)?;
    let sent = web.outbox.test(&who.person, &target).await?;
    if sent.is_empty() {
        let there = |key: &str| web.outbox.platforms().any(|platform| platform.key() == key);
        return Err(Problem::not_found(match platform.is_empty() || there(&platform) {
            true => "there is no way to this person: no account on a configured platform, and no e-mail".to_owned(),
            false => format!("{platform} is not configured on this server; see .env.example"),
        }));
    }
    Ok(Json(Tests { items: sent.into_iter().map(TestItem::from).collect() }))
}
