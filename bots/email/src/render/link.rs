//! Where a card's buttons lead.

use countersign_engine::card::{Button, Verb};

/// The page of the console that a button leads to. Following it shows, and changes nothing (THREATS B13).
pub(super) fn of(button: &Button, public_url: &str) -> String {
    let request = &button.token.request;
    let verb = match button.token.verb {
        Verb::Details => return format!("{public_url}/requests/{request}"),
        // The page of an approval has the fields for allowing less.
        Verb::Trim => Verb::Approve,
        verb => verb,
    };
    let step = button.token.step.map(|step| format!("?step={step}")).unwrap_or_default();
    format!("{public_url}/requests/{request}/confirm/{}{step}", verb.key())
}

/// Where a person says what they would like to be told.
pub(crate) fn notifications(public_url: &str) -> String {
    format!("{public_url}/account#notifications")
}
