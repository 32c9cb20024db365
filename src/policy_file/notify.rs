//! `notify = { slack = ["T1/C1"], approvers = ["slack"] }`: whom a workflow tells, and where.

use super::{
    accounts::{article, digits, is_email, slack_id, uuid},
    names::{Names, known},
    preferences::platforms,
    section::{Section, cut},
};
use countersign_engine::{
    address::Address,
    person::Platform,
    workflow::{Notify, Reach},
};

/// Platforms with places of their own, and what the id of a place looks like.
const PLACES: [(&str, Platform, &str); 5] = [
    ("slack", Platform::Slack, "the workspace's and the channel's id: \"T0123ABCD/C0123ABCD\""),
    ("discord", Platform::Discord, "the server's and the channel's id: \"123456789012345678/123456789012345678\""),
    ("telegram", Platform::Telegram, "the chat's numeric id, \"-1001234567890\""),
    (
        "teams",
        Platform::Teams,
        "the tenant's id and the channel's conversation id: \"TENANT-UUID/19:...@thread.tacv2\"",
    ),
    ("email", Platform::Email, "an address that several people read: \"security@example.com\""),
];

pub(super) fn read(workflow: &Section<'_>, names: &Names) -> Notify {
    let Some(section) = workflow.section("notify", format!("the notify of {}", workflow.title)) else {
        return Notify::default();
    };
    let mut notify = Notify::default();
    for (key, platform, form) in PLACES {
        for word in section.words(key) {
            match place(platform, word.text) {
                Some(place) => notify.places.push(place),
                None if platform == Platform::Email => {
                    section.report.problem(
                        &word.span,
                        format!("\"{}\" is not an e-mail address", cut(word.text)),
                        form,
                    );
                }
                None => {
                    let what = format!("\"{}\" is not {} channel by id", cut(word.text), article(platform));
                    let hint = format!("a name can pass to another channel; write {form}");
                    section.report.problem(&word.span, what, hint);
                }
            }
        }
    }
    for word in section.words("webhook") {
        let name = known(section.report, "chat webhook", &word, names.chat_webhooks.iter().map(String::as_str));
        let place =
            |name: &str| Address::Place { platform: Platform::Webhook, tenant: String::new(), place: name.to_owned() };
        notify.places.extend(name.map(place));
    }
    notify.approvers = platforms(&section, "approvers");
    notify.requester = platforms(&section, "requester");
    if let Some(word) = section.text("approvers_on") {
        match known(section.report, "reach", &word, ["all", "first"].into_iter()) {
            Some("first") => notify.approvers_on = Reach::First,
            _ => notify.approvers_on = Reach::All,
        }
        if notify.approvers.is_empty() {
            section.report.warn(&word.span, "approvers_on says nothing without \"approvers\"", "name platforms there");
        }
    }
    section.finish();
    notify
}

/// A place by the id that its platform never gives to another; `None` when the text is none.
pub fn place(platform: Platform, text: &str) -> Option<Address> {
    let (tenant, place) = match platform {
        Platform::Slack => {
            let (team, channel) = text.split_once('/')?;
            (slack_id(team, "TE") && slack_id(channel, "CG")).then_some((team, channel))?
        }
        Platform::Discord => {
            let (server, channel) = text.split_once('/')?;
            (digits(server, 15, 20) && digits(channel, 15, 20)).then_some((server, channel))?
        }
        Platform::Teams => {
            let (tenant, place) = text.split_once('/')?;
            let fits = place.len() <= 200 && place.starts_with("19:") && place.chars().all(|c| c.is_ascii_graphic());
            (uuid(tenant) && fits).then_some((tenant, place))?
        }
        Platform::Telegram => digits(text.trim_start_matches('-'), 1, 16).then_some(("", text))?,
        Platform::Email => is_email(text).then_some(("", text))?,
        Platform::Webhook => is_name(text).then_some(("", text))?,
        Platform::Console | Platform::Api => return None,
    };
    Some(Address::Place { platform, tenant: tenant.to_owned(), place: place.to_owned() })
}

/// The name of a chat webhook of the policy file.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
