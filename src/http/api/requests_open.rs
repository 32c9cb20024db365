//! `POST /api/v1/requests`

use super::{duration, short};
use crate::http::{Body, Problem, Web, Who, dto::RequestItem, key::Key, problem::ActProblems};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use countersign_engine::{
    command::Draft,
    id::{AccessLevel, ResourceId},
    ports::ApprovalEngine,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// What is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// The resource's id.
    #[schema(example = "prod-db")]
    resource: String,
    /// The access level; the resource's default when absent.
    #[schema(example = "read-write")]
    access: Option<String>,
    /// For how long: `4h`, `90m`, `1h30m`, `2d`, or `until 18:00` in your time zone.
    #[schema(example = "4h")]
    duration: String,
    /// Why; up to 2,000 characters.
    #[schema(example = "billing migration")]
    reason: Option<String>,
}

/// Open a request
///
/// The most specific workflow is chosen and its first step opens, or a rule decides at once.
#[utoipa::path(
    post,
    path = "/api/v1/requests",
    tag = "requests",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable: the same key with the same body opens one request. Kept for at least 24 h.")),
    request_body = NewRequest,
    responses(
        (status = 201, description = "It is open, or decided by a rule.", body = RequestItem,
         headers(("Location" = String, description = "Where the request is."))),
        ActProblems,
    ),
)]
pub async fn handler(
    State(web): State<Web>,
    who: Who,
    Key(key): Key,
    Body(new): Body<NewRequest>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<RequestItem>), Problem> {
    let draft = Draft {
        resource: ResourceId::new(short("resource", new.resource)?),
        access: new.access.map(|a| short("access", a)).transpose()?.map(AccessLevel::new),
        duration: duration(&web, &who, &new.duration, web.service.clock.now())?,
        reason: new.reason,
        holder: None,
    };
    let view = web.service.submit(&who.caller, &key, draft).await?;
    let item = RequestItem::from(&view);
    let place = format!("/api/v1/requests/{}", item.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(item)))
}
