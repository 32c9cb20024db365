//! `/account#notifications`: on which platform first, when not, and where reminders are welcome.

use super::{account, error::Problem, form::Signed, session::Reader};
use crate::http::Web;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveTime;
use chrono_tz::Tz;
use countersign_engine::{
    person::Platform,
    preference::{Preference, Quiet},
    words,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the form shows.
pub struct Shown {
    /// Where this comes from, in words.
    pub now: &'static str,
    /// Did the reader set anything?
    pub own: bool,
    /// First, then, then.
    pub order: Vec<Choice>,
    /// What there is to choose from.
    pub platforms: Vec<On>,
    /// Quiet hours; empty when there are none.
    pub from: String,
    /// Their end.
    pub to: String,
    /// Their time zone; empty for the person's own.
    pub zone: String,
    /// The person's own.
    pub home: String,
}

/// A field of the order.
pub struct Choice {
    /// The form's word.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// What nothing means.
    pub none: &'static str,
    /// The platform's key; empty when none.
    pub chosen: &'static str,
}

/// A platform.
pub struct On {
    /// Its word.
    pub key: &'static str,
    /// Its name.
    pub name: String,
    /// Are reminders welcome there?
    pub reminds: bool,
}

const ORDER: [(&str, &str, &str); 3] = [
    ("first", "Tell me first on", "as the workflow says"),
    ("second", "then on", "any other way"),
    ("third", "then on", "any other way"),
];

/// What is in force for the reader.
pub async fn of(web: &Web, reader: &Reader) -> Result<Shown, Problem> {
    let policy = web.service.policy.get();
    let preference = policy.directory.preference(&reader.id);
    let own = web.service.store.preferences().await.map_err(Problem::from_store)?;
    let own = own.iter().any(|(person, _)| *person == reader.id);
    let from_file = web.service.policy.preference_in_file(&reader.id) != Preference::default();
    let home = policy.directory.active(&reader.id).map(|person| policy.directory.timezone_of(person));
    let chosen = |n: usize| preference.first.get(n).map_or("", |platform| platform.key());
    let order =
        ORDER.iter().enumerate().map(|(n, (name, label, none))| Choice { name, label, none, chosen: chosen(n) });
    let reminds = |platform| preference.is_reminded_on(platform);
    let on = |platform: Platform| On { key: platform.key(), name: platform.to_string(), reminds: reminds(platform) };
    let time = |time: Option<NaiveTime>| time.map_or_else(String::new, |t| t.format("%H:%M").to_string());
    Ok(Shown {
        now: match (own, from_file) {
            (true, _) => "As you set it here.",
            (false, true) => "As the policy file says of you; what you set here goes before it.",
            (false, false) => "As each workflow says.",
        },
        own,
        order: order.collect(),
        platforms: Platform::DIRECT.into_iter().filter(|platform| offered(web, *platform)).map(on).collect(),
        from: time(preference.quiet.map(|quiet| quiet.from)),
        to: time(preference.quiet.map(|quiet| quiet.to)),
        zone: preference.quiet.and_then(|quiet| quiet.timezone).map_or_else(String::new, |zone| zone.to_string()),
        home: home.map_or_else(String::new, |zone| zone.to_string()),
    })
}

/// Those that this server has; all of them where it has none, as in the demo.
fn offered(web: &Web, platform: Platform) -> bool {
    let mut there = web.outbox.platforms().peekable();
    there.peek().is_none() || there.any(|configured| configured == platform)
}

/// The form: fields by name, because each platform has one.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Wanted(BTreeMap<String, String>);

impl Wanted {
    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// Errors: what is wrong, in words.
    fn preference(&self) -> Result<Preference, String> {
        let mut first = Vec::new();
        for (name, _, _) in ORDER {
            let platform = Platform::DIRECT.into_iter().find(|platform| platform.key() == self.text(name));
            first.extend(platform.filter(|platform| !first.contains(platform)));
        }
        let welcome = |platform: &Platform| !self.text(&format!("remind_{}", platform.key())).is_empty();
        let reminders: Vec<Platform> = Platform::DIRECT.into_iter().filter(welcome).collect();
        let reminders = (reminders.len() < Platform::DIRECT.len()).then_some(reminders);
        Ok(Preference { first, quiet: self.quiet()?, reminders })
    }

    fn quiet(&self) -> Result<Option<Quiet>, String> {
        let (from, to, zone) = (self.text("from"), self.text("to"), self.text("zone"));
        if from.is_empty() && to.is_empty() {
            return Ok(None);
        }
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
        let (from, to) = time(from).zip(time(to)).filter(|(from, to)| from != to).ok_or(
            "Quiet hours need a beginning and an end that differ, such as 22:00 and 07:00. Nothing was changed.",
        )?;
        let timezone = match zone {
            "" => None,
            name => Some(name.parse::<Tz>().map_err(|_| {
                let shown = words::outside(name, 40);
                format!("\"{shown}\" is no time zone; write one such as Europe/Berlin. Nothing was changed.")
            })?),
        };
        Ok(Some(Quiet { from, to, timezone }))
    }
}

/// Keeps what the reader set; it goes before what the policy file says of them.
pub async fn set(State(web): State<Web>, Signed(reader, form): Signed<Wanted>) -> Result<Response, Problem> {
    let preference = match form.text("forget").is_empty() {
        true => match form.preference() {
            Ok(preference) => Some(preference),
            Err(why) => return account::render(&web, &reader, None, Some(why)).await,
        },
        false => None,
    };
    let (service, now) = (&web.service, web.service.clock.now());
    service.store.set_preference(&reader.id, preference.as_ref(), now).await.map_err(Problem::from_store)?;
    service.refresh_preferences().await.map_err(Problem::from_store)?;
    tracing::info!(person = %reader.id, ?preference, "a person set how they want to be told");
    Ok(Redirect::to("/account#notifications").into_response())
}
