//! `POST /api/v1/explain`

use super::{duration, short};
use crate::http::{Body, Problem, Web, Who, dto::Explained, params, problem::ActProblems};
use axum::{Json, extract::State};
use countersign_engine::{
    id::{AccessLevel, PersonId, ResourceId},
    ports::{ApprovalEngine, Question},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// What would happen if.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// About whom; the caller when absent. Only auditors may ask about others.
    #[schema(example = "dev")]
    person: Option<String>,
    /// The resource.
    #[schema(example = "prod-db")]
    resource: String,
    /// The access level; the resource's default when absent.
    #[schema(example = "read-write")]
    access: Option<String>,
    /// For how long.
    #[schema(example = "4h")]
    duration: String,
    /// At which moment, in RFC 3339; now when absent.
    #[schema(example = "2026-11-23T18:00:00Z")]
    at: Option<String>,
}

/// Explain what would happen, and why
///
/// Which workflow wins and why each other loses, who may vote at each step and who is excluded, which automatic rule
/// fires, which cap applies. Changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/explain",
    tag = "catalog",
    request_body = Asked,
    responses((status = 200, description = "The whole trace.", body = Explained), ActProblems),
)]
pub async fn handler(State(web): State<Web>, who: Who, Body(asked): Body<Asked>) -> Result<Json<Explained>, Problem> {
    let at = params::moment("at", asked.at.as_deref())?;
    let now = at.unwrap_or_else(|| web.service.clock.now());
    let question = Question {
        person: asked.person.map(|p| short("person", p)).transpose()?.map(PersonId::new),
        resource: ResourceId::new(short("resource", asked.resource)?),
        access: asked.access.map(|a| short("access", a)).transpose()?.map(AccessLevel::new),
        duration: duration(&web, &who, &asked.duration, now)?,
        at,
    };
    Ok(Json(web.service.explain(&who.caller, question).await?.into()))
}
