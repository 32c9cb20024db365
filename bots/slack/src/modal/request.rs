//! The form behind `/access` alone (rule 29).

use super::{form, input};
use countersign_engine::{
    command::bounds,
    desk::{Field, FormKind},
    ports::Offer,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Asks for access to one of `offers`, which must not be empty. A level that the chosen resource does not have comes
/// back as an error at its field, so the form needs no second round trip.
pub(crate) fn request(offers: &[Offer]) -> Value {
    let resources = offers.iter().map(|offer| offer.resource.as_str());
    let levels: BTreeSet<&str> = offers.iter().flat_map(|o| &o.access).map(|level| level.as_str()).collect();
    let hint = "Without a choice you get the resource's usual level.";
    let access = input::choice(Field::Access, "Access", "The usual level", levels.into_iter());
    form(
        FormKind::Request,
        "Request access",
        "Ask",
        None,
        vec![
            input::choice(Field::Resource, "Resource", "Choose a resource", resources),
            input::with_hint(input::optional(access), hint),
            input::text(Field::Duration, "For how long", "4h, 90m, 2d, until 18:00"),
            input::long_text(Field::Reason, "Reason", bounds::REASON),
        ],
    )
}
