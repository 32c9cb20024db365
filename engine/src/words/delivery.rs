//! What a request's readers are told when a message could not be delivered.

use super::{cut, outside, person};
use crate::{
    person::Platform,
    view::{DeliveryNote, Instead, RequestView},
};

/// More of them are on the console.
const MOST: usize = 3;

/// One line each; the last says how many are left out.
pub fn delivery_notes(view: &RequestView) -> Vec<String> {
    let mut lines: Vec<String> = view.delivery.iter().take(MOST).map(|note| delivery_note(note, view)).collect();
    if view.delivery.len() > MOST {
        lines.push(format!("{} more could not be reached where they should be", view.delivery.len() - MOST));
    }
    lines
}

/// `lisa@acme.com could not be reached on Slack (not_in_channel); asked by e-mail instead`.
pub fn delivery_note(note: &DeliveryNote, view: &RequestView) -> String {
    let (on, why) = (on(note.on), cut(&outside(&note.why, 100), 100));
    let what = match &note.whom {
        Some(id) => format!("{} could not be reached {on} ({why})", person(id, view)),
        None => format!("the place {on} could not be reached ({why})"),
    };
    match (note.instead, note.whom.is_some()) {
        (Instead::On(platform), true) => format!("{what}; told {} instead", self::on(platform)),
        (Instead::On(platform), false) => format!("{what}; the card is {} too", self::on(platform)),
        (Instead::Approvers, _) => format!("{what}; the approvers are asked directly"),
        (Instead::Nothing, _) => format!("{what}, and there is no other way"),
    }
}

fn on(platform: Platform) -> String {
    match platform {
        Platform::Email => "by e-mail".into(),
        other => format!("on {other}"),
    }
}
