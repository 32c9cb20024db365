//! Slash commands: flat fields, as a form or as JSON.

use super::{Inbound, Malformed, What};
use crate::identity::Origin;

pub(super) fn read<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Result<Inbound, Malformed> {
    let own = |name: &str| field(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let origin = Origin {
        // An org-wide installation names the organisation and the workspace; the latter is where it was typed.
        team: own("team_id"),
        enterprise: own("enterprise_id"),
        user: own("user_id").ok_or(Malformed)?,
        user_team: None,
        app: own("api_app_id"),
    };
    if field("command").is_none() {
        return Err(Malformed);
    }
    Ok(Inbound {
        origin,
        trigger: own("trigger_id"),
        response_url: own("response_url"),
        channel: own("channel_id"),
        what: What::Typed(field("text").unwrap_or_default().to_owned()),
    })
}
