//! Quiet hours on the clock of whoever sleeps, and what is said of messages that did not arrive.

#![allow(clippy::unwrap_used)]

use chrono_tz::Tz;
use countersign_engine::{
    card,
    person::Platform,
    preference::{Preference, Quiet},
    time::Timestamp,
    view::{DeliveryNote, Instead},
    words,
};
use countersign_kit::Story;

fn quiet(from: &str, to: &str, timezone: Option<Tz>) -> Quiet {
    let time = |text: &str| format!("{text}:00").parse().unwrap();
    Quiet { from: time(from), to: time(to), timezone }
}

fn utc(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn quiet_hours_end() {
    let night = quiet("22:00", "07:00", None);
    for (now, end) in [
        ("2026-03-03T21:59:59Z", None),
        ("2026-03-03T22:00:00Z", Some("2026-03-04T07:00:00Z")),
        ("2026-03-04T06:59:59Z", Some("2026-03-04T07:00:00Z")),
        ("2026-03-04T07:00:00Z", None),
    ] {
        assert_eq!(night.end(utc(now), Tz::UTC), end.map(utc), "{now}");
    }
    let noon = quiet("12:00", "13:30", None);
    assert_eq!(noon.end(utc("2026-03-03T12:10:00Z"), Tz::UTC), Some(utc("2026-03-03T13:30:00Z")));
    assert_eq!(noon.end(utc("2026-03-03T13:30:00Z"), Tz::UTC), None);
    assert_eq!(noon.end(utc("2026-03-03T12:10:00Z"), Tz::Asia__Tokyo), None, "it is the reader's noon");
    assert_eq!(quiet("08:00", "08:00", None).end(utc("2026-03-03T08:00:00Z"), Tz::UTC), None);
}

/// On 29 March 2026 Berlin's clocks go from 2:00 to 3:00, on 25 October back.
#[test]
fn summer_time_moves_the_end() {
    let berlin = Some(Tz::Europe__Berlin);
    let ends = |quiet: Quiet, now: &str| quiet.end(utc(now), Tz::UTC).unwrap();
    assert_eq!(ends(quiet("22:00", "07:00", berlin), "2026-03-28T22:00:00Z"), utc("2026-03-29T05:00:00Z"));
    assert_eq!(ends(quiet("22:00", "07:00", berlin), "2026-10-24T21:00:00Z"), utc("2026-10-25T06:00:00Z"));
    let gap = ends(quiet("22:00", "02:30", berlin), "2026-03-28T22:00:00Z");
    assert_eq!(gap, utc("2026-03-29T01:30:00Z"), "there is no 2:30 that night");
}

#[test]
fn reminders_are_welcome_unless_it_is_said() {
    assert!(Preference::default().is_reminded_on(Platform::Email));
    let preference = Preference { reminders: Some(vec![Platform::Slack]), ..Preference::default() };
    assert!(preference.is_reminded_on(Platform::Slack) && !preference.is_reminded_on(Platform::Email));
}

#[test]
fn what_did_not_arrive_is_said_while_it_matters() {
    let story = Story::ask("dev", "grafana 10m");
    let note = |whom: Option<&str>, on, why: &str, instead| DeliveryNote {
        whom: whom.map(Into::into),
        on,
        why: why.into(),
        instead,
    };
    let notes = vec![
        note(Some("lisa"), Platform::Slack, "<!everyone>\u{202e} not_in_channel", Instead::On(Platform::Email)),
        note(Some("lisa"), Platform::Email, "550 no such mailbox", Instead::Nothing),
        note(None, Platform::Discord, "Missing Access", Instead::Approvers),
        note(None, Platform::Teams, "gone", Instead::On(Platform::Discord)),
    ];
    let view = story.view(None).with_delivery(notes);
    assert_eq!(
        words::delivery_notes(&view),
        [
            "lisa@acme.com could not be reached on Slack (<!everyone> not_in_channel); told by e-mail instead",
            "lisa@acme.com could not be reached by e-mail (550 no such mailbox), and there is no other way",
            "the place on Discord could not be reached (Missing Access); the approvers are asked directly",
            "1 more could not be reached where they should be",
        ]
    );
    for card in [card::request(&view), card::news(&view, countersign_engine::effect::News::Opened)] {
        assert!(format!("{:?}", card.notes).contains("Plain(\"lisa@acme.com could not be reached on Slack"));
    }
}
