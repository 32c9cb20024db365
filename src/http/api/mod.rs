//! The endpoints of `/api/v1`, one file each.

pub mod audit;
pub mod audit_checkpoint;
pub mod catalog;
pub mod deliveries_test;
pub mod explain;
pub mod grant_end;
pub mod grant_revoke;
pub mod grant_secret;
pub mod grant_show;
pub mod grant_start;
pub mod grant_waive;
pub mod grants_list;
pub mod request_cancel;
pub mod request_show;
pub mod request_votes;
pub mod requests_list;
pub mod requests_open;

use super::{Problem, Web, Who};
use countersign_engine::{
    command::Command,
    refusal::Refusal,
    time::{Length, Timestamp},
    view::RequestView,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// The longest name of a thing that is looked up, in characters.
const NAME: usize = 200;

/// For calls that take no body, or `{}`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A note, where one may be given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaybeNote {
    /// Why, in your words; up to 1,000 characters.
    #[schema(example = "incident is over")]
    pub note: Option<String>,
}

/// A length as people write it, from `now` on. What is none is a refusal with its own code, not a malformed body.
fn duration(web: &Web, who: &Who, text: &str, now: Timestamp) -> Result<Length, Problem> {
    web.service.length(&who.person, text, now).map_err(|refusal| super::refusal::problem(&refusal))
}

/// A name of something, which is never long.
fn short(field: &'static str, text: String) -> Result<String, Problem> {
    match text.chars().count() {
        n if n > NAME => Err(super::refusal::problem(&Refusal::TextTooLong { field, cap: NAME })),
        _ => Ok(text),
    }
}

async fn act(web: &Web, who: &Who, key: &str, name: &str, command: Command) -> Result<RequestView, Problem> {
    Ok(web.service.act_if_seen(&who.caller, key, name, command).await?)
}
