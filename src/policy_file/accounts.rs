//! Platform accounts and places by immutable id. A handle can be given up and taken by somebody else, so no handle is
//! ever accepted (THREATS A04).

use super::{
    names::Seen,
    section::{Section, Word, cut},
};
use countersign_engine::person::{Account, Platform};
use std::collections::BTreeSet;

/// The key of the policy file, the platform, and what its ids look like.
const ACCOUNTS: [(&str, Platform, &str); 4] = [
    (
        "slack",
        Platform::Slack,
        "the workspace's and the member's id, \"T0123ABCD/U0123ABCD\" (Slack: profile, Copy member ID)",
    ),
    (
        "discord",
        Platform::Discord,
        "the numeric user id, \"123456789012345678\" (Discord: developer mode, Copy User ID)",
    ),
    ("telegram", Platform::Telegram, "the numeric user id, \"123456789\""),
    ("teams_account", Platform::Teams, "the tenant's and the user's object id, both UUIDs: \"TENANT/USER\""),
];

pub(super) fn read(section: &Section<'_>, seen: &mut Seen) -> BTreeSet<Account> {
    let mut accounts = BTreeSet::new();
    for (key, platform, form) in ACCOUNTS {
        for word in section.words(key) {
            match parse(platform, word.text) {
                Some(account) => {
                    seen.first(section.report, "binding of the account", &account.to_string(), &word.span);
                    accounts.insert(account);
                }
                None => {
                    let what = format!("\"{}\" is not {} account id", cut(word.text), article(platform));
                    section.report.problem(&word.span, what, hint(&word, form));
                }
            }
        }
    }
    accounts
}

fn hint(word: &Word<'_>, form: &str) -> String {
    match word.text.starts_with('@') {
        true => format!("a handle can pass to somebody else; write {form}"),
        false => format!("write {form}"),
    }
}

pub(super) fn article(platform: Platform) -> String {
    format!("a {platform}")
}

fn parse(platform: Platform, text: &str) -> Option<Account> {
    let (tenant, user) = match platform {
        Platform::Slack => {
            let (team, user) = text.split_once('/')?;
            (slack_id(team, "TE") && slack_id(user, "UW")).then_some((team, user))?
        }
        Platform::Discord => digits(text, 15, 20).then_some(("", text))?,
        Platform::Telegram => digits(text, 1, 16).then_some(("", text))?,
        Platform::Teams => {
            let (tenant, user) = text.split_once('/')?;
            (uuid(tenant) && uuid(user)).then_some((tenant, user))?
        }
        _ => return None,
    };
    Some(Account { platform, tenant: tenant.to_owned(), user: user.to_owned() })
}

/// Something at something: the mail server has the last word.
pub(super) fn is_email(text: &str) -> bool {
    let at = text.split_once('@').is_some_and(|(left, right)| !left.is_empty() && right.contains(|c| c != '@'));
    at && text.len() <= 254 && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Slack ids are upper-case letters and digits whose first letter says what they name:
/// `T` workspace, `E` organisation, `U` and `W` member, `C` and `G` channel.
pub(super) fn slack_id(text: &str, kinds: &str) -> bool {
    text.starts_with(|c| kinds.contains(c))
        && (3..=32).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// A decimal id without leading zeros, so that one id has one spelling.
pub(super) fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn uuid(text: &str) -> bool {
    let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b == b'-' || lower_hex(b))
}
