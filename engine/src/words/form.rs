//! What stands on the forms, the same on every platform that has some.

use crate::{
    desk::{Field, FormKind},
    time::Length,
};

/// Above the form; at most 24 characters, which is Slack's limit.
pub fn title(form: FormKind) -> &'static str {
    match form {
        FormKind::Request => "Request access",
        FormKind::Deny => "Deny",
        FormKind::Trim => "Approve with changes",
    }
}

/// On the button that sends it.
pub fn send(form: FormKind) -> &'static str {
    match form {
        FormKind::Request => "Ask",
        FormKind::Deny => "Deny",
        FormKind::Trim => "Approve",
    }
}

/// Above the field; at most 45 characters, which is Discord's limit.
pub fn label(form: FormKind, field: Field) -> &'static str {
    match (form, field) {
        (_, Field::Resource) => "Resource",
        (FormKind::Trim, Field::Access) => "Lower access",
        (_, Field::Access) => "Access",
        (FormKind::Trim, Field::Duration) => "Shorter time",
        (_, Field::Duration) => "For how long",
        (_, Field::Reason) => "Reason",
        (FormKind::Deny, Field::Note) => "Why",
        (_, Field::Note) => "Note",
    }
}

/// Inside a field of the form for a request while it is empty; may be empty itself.
pub fn placeholder(field: Field) -> &'static str {
    match field {
        Field::Resource => "Choose a resource",
        Field::Access => "The usual level",
        Field::Duration => "4h, 90m, 2d, until 18:00",
        Field::Reason | Field::Note => "",
    }
}

/// Inside the field for a shorter time while it is empty.
pub fn or_less(asked: Length) -> String {
    format!("{asked}, or less")
}

/// Below the field, where there is something to know.
pub fn hint(form: FormKind, field: Field) -> Option<&'static str> {
    match (form, field) {
        (FormKind::Request, Field::Access) => Some("Without a choice you get the resource's usual level."),
        (FormKind::Deny, Field::Note) => Some("The requester and the other approvers see it."),
        _ => None,
    }
}

/// A platform found the field empty before it asked us.
pub fn missing(field: Field) -> &'static str {
    match field {
        Field::Resource => "Choose a resource.",
        Field::Access => "Choose a level.",
        Field::Duration => "Say for how long.",
        Field::Reason => "A reason is needed.",
        Field::Note => "A note is needed.",
    }
}
