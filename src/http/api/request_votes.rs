//! `POST /api/v1/requests/{id}/votes`

use super::{act, duration, short};
use crate::http::{Body, Problem, Web, Who, dto::RequestItem, key::Key, name::Name, problem::ActProblems};
use axum::{Json, extract::State};
use countersign_engine::{
    command::{Command, Trim},
    id::AccessLevel,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// Yes or no.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Decision {
    /// Yes.
    Approve,
    /// No.
    Deny,
}

/// A vote on the open step.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVote {
    /// `approve` or `deny`.
    #[schema(value_type = String, example = "approve")]
    decision: Decision,
    /// In your words; up to 1,000 characters.
    #[schema(example = "go ahead, but be quick")]
    note: Option<String>,
    /// With `approve`: allow no longer than this.
    #[schema(example = "1h")]
    duration: Option<String>,
    /// With `approve`: allow no more than this access level.
    #[schema(example = "read-only")]
    access: Option<String>,
    /// The step you were looking at, from 1: the vote is refused (`stale_step`) when another is open.
    #[schema(example = 2, minimum = 1)]
    step: Option<usize>,
}

/// Vote
///
/// Counts for the open step. One person has one vote per request, and never on their own.
#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/votes",
    tag = "requests",
    params(
        ("id" = String, Path, description = "Its id or short id.", example = "req-84a2"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable."),
    ),
    request_body = NewVote,
    responses((status = 200, description = "The vote counts; the request after it.", body = RequestItem), ActProblems),
)]
pub async fn handler(
    State(web): State<Web>,
    who: Who,
    Name(id): Name,
    Key(key): Key,
    Body(vote): Body<NewVote>,
) -> Result<Json<RequestItem>, Problem> {
    let view = act(&web, &who, &key, &id, command(&web, &who, vote)?).await?;
    Ok(Json(RequestItem::from(&view)))
}

fn command(web: &Web, who: &Who, vote: NewVote) -> Result<Command, Problem> {
    let step = match vote.step {
        Some(0) => return Err(Problem::malformed("`step` counts from 1")),
        shown => shown.map(|n| n - 1),
    };
    let length = |text| duration(web, who, text, web.service.clock.now());
    let trim = Trim {
        duration: vote.duration.as_deref().map(length).transpose()?,
        access: vote.access.map(|a| short("access", a)).transpose()?.map(AccessLevel::new),
    };
    match vote.decision {
        Decision::Approve => Ok(Command::Approve { step, note: vote.note, trim }),
        Decision::Deny if trim != Trim::default() => {
            Err(Problem::malformed("`duration` and `access` go with \"approve\" only"))
        }
        Decision::Deny => Ok(Command::Deny { step, note: vote.note }),
    }
}
