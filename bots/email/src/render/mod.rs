//! From a card to the two bodies of a mail. Pure.

mod html;
mod link;
mod text;
mod words;

pub use html::html;
pub(crate) use link::notifications;
pub use text::text;
pub(crate) use words::header;

/// Below every card; `{host}` is the console's.
fn footer(public_url: &str) -> String {
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    format!(
        "Sent by Countersign. The links lead to {host}, where you sign in and confirm: opening this mail, or a link in it, \
         decides nothing. Answers to this mail are not read."
    )
}

/// Below a card that one may decline to get.
const DECLINE: &str = "Rather without reminders?";
