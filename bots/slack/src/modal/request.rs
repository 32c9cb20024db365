//! The form behind `/access` alone (rule 29).

use super::{form, input};
use countersign_engine::{
    command::bounds,
    desk::{Field, FormKind},
    ports::Offer,
    words::form::placeholder,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Asks for access to one of `offers`, which must not be empty. A level that the chosen resource does not have comes
/// back as an error at its field, so the form needs no second round trip.
pub(crate) fn request(offers: &[Offer]) -> Value {
    let resources = offers.iter().map(|offer| offer.resource.as_str());
    let levels: BTreeSet<&str> = offers.iter().flat_map(|o| &o.access).map(|level| level.as_str()).collect();
    let kind = FormKind::Request;
    let access = input::choice(kind, Field::Access, placeholder(Field::Access), levels.into_iter());
    form(
        kind,
        None,
        vec![
            input::choice(kind, Field::Resource, placeholder(Field::Resource), resources),
            input::optional(access),
            input::text(kind, Field::Duration, placeholder(Field::Duration)),
            input::long_text(kind, Field::Reason, bounds::REASON),
        ],
    )
}
