//! What people type, and what we make of it (rules 29 and 44).

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use countersign_engine::{
    ask::{self, Ask, parse, print},
    command::Draft,
    ports::{Offer, Question},
    refusal::Refusal,
    resource::Resource,
    time::Length,
};
use countersign_kit::{acme, moment};
use proptest::prelude::*;

fn offers() -> Vec<Offer> {
    acme().resources.values().map(offer).collect()
}

fn offer(resource: &Resource) -> Offer {
    Offer {
        resource: resource.id.clone(),
        description: String::new(),
        kind: resource.kind,
        access: resource.access.clone(),
        default_access: resource.default_access.clone(),
        max_duration: resource.max_duration,
        requestable: true,
    }
}

fn ask(text: &str) -> Result<Ask, Refusal> {
    parse(text, &offers(), moment(10, 0), Tz::UTC)
}

fn draft(resource: &str, access: Option<&str>, minutes: i64, reason: Option<&str>) -> Result<Ask, Refusal> {
    Ok(Ask::Request(Draft {
        resource: resource.into(),
        access: access.map(Into::into),
        duration: Length::minutes(minutes),
        reason: reason.map(Into::into),
        holder: None,
    }))
}

/// rule 29: the middle parts in any sensible order.
#[test]
fn reads_requests() {
    let migration = Some("fixing the billing migration");
    for (text, expected) in [
        ("prod-db 4h fixing the billing migration", draft("prod-db", None, 240, migration)),
        ("/access prod-db 4h fixing the billing migration", draft("prod-db", None, 240, migration)),
        ("/access@countersign_bot prod-db 4h", draft("prod-db", None, 240, None)),
        ("prod-db read-only 4h fixing the billing migration", draft("prod-db", Some("read-only"), 240, migration)),
        ("prod-db 4h read-only fixing the billing migration", draft("prod-db", Some("read-only"), 240, migration)),
        ("prod-db 4h \"fixing the billing migration\"", draft("prod-db", None, 240, migration)),
        ("prod-db 4h “fixing the billing migration”", draft("prod-db", None, 240, migration)),
        ("4h prod-db fixing the billing migration", draft("prod-db", None, 240, migration)),
        ("PROD-DB ReadOnly 90M", draft("prod-db", Some("read-only"), 90, None)),
        ("prod-db for 4h", draft("prod-db", None, 240, None)),
        ("prod-db 2d", draft("prod-db", None, 2880, None)),
        ("prod-db 1h30m", draft("prod-db", None, 90, None)),
        ("prod-db 1h 30m x", draft("prod-db", None, 90, Some("x"))),
        ("prod-db 2 hours x", draft("prod-db", None, 120, Some("x"))),
        ("prod-db 30m 1h", draft("prod-db", None, 30, Some("1h"))),
        ("prod-db until 18:00 x", draft("prod-db", None, 480, Some("x"))),
        ("prod-db until 6 pm", draft("prod-db", None, 480, None)),
        ("prod-db until 9:30", draft("prod-db", None, 1410, None)),
        ("prod-db until 10:00", draft("prod-db", None, 1440, None)),
        ("grafana 10m access to the boards", draft("grafana", None, 10, Some("access to the boards"))),
        ("prod-db 4h for 2h, then out", draft("prod-db", None, 240, Some("for 2h, then out"))),
        (
            "prod-db 4h  two  spaces\tand \"some\" quotes",
            draft("prod-db", None, 240, Some("two  spaces and \"some\" quotes")),
        ),
        ("prod-db 4h \"a\" and \"b\"", draft("prod-db", None, 240, Some("\"a\" and \"b\""))),
        ("prod-db 4h <!channel> @everyone", draft("prod-db", None, 240, Some("<!channel> @everyone"))),
        ("prod-db 4h one\ntwo\0\u{7}", draft("prod-db", None, 240, Some("one two"))),
    ] {
        assert_eq!(ask(text), expected, "{text:?}");
    }
}

#[test]
fn reads_subcommands() {
    let id = || Some("req-84a2".to_owned());
    for (text, expected) in [
        ("", Ask::Form),
        ("  /access ", Ask::Form),
        ("list", Ask::List),
        ("LIST", Ask::List),
        ("help", Ask::Help),
        ("help me", Ask::Help),
        ("link", Ask::Link),
        ("status", Ask::Status(None)),
        ("status REQ-84A2", Ask::Status(id())),
        ("cancel #req-84a2", Ask::Cancel(id())),
        ("end req-84a2", Ask::End(id())),
        ("/access who req-84a2", Ask::Who(id())),
        ("end 84a2", Ask::End(Some("84a2".into()))),
        ("explain", Ask::Help),
        (
            "explain prod-db read-write 4h",
            Ask::Explain(Question {
                person: None,
                resource: "prod-db".into(),
                access: Some("read-write".into()),
                duration: Length::hours(4),
                at: None,
            }),
        ),
    ] {
        assert_eq!(ask(text), Ok(expected), "{text:?}");
    }
}

/// rule 44: what was wrong and what would work.
#[test]
fn refuses_helpfully() {
    let offered = || vec!["read-only".into(), "read-write".into()];
    let unknown = |wanted: &str, nearest: &[&str]| Refusal::UnknownResource {
        wanted: wanted.into(),
        nearest: nearest.iter().map(|n| n.to_string()).collect(),
    };
    let access = |wanted: &str| Refusal::UnknownAccess { wanted: wanted.into(), offered: offered() };
    let bad = |wanted: &str| Refusal::BadDuration { wanted: wanted.into() };
    for (text, expected) in [
        ("prod-bd 4h", unknown("prod-bd", &["prod-db"])),
        ("grafanna 4h", unknown("grafanna", &["grafana"])),
        ("4h", unknown("", &["grafana", "k8s-prod", "prod-db"])),
        ("zzzz 4h", unknown("zzzz", &[])),
        ("stauts", Refusal::UnknownWord { wanted: "stauts".into(), nearest: vec!["status".into()] }),
        ("prod-db", bad("")),
        ("prod-db read-write", bad("")),
        ("prod-db fixing the thing", bad("")),
        ("prod-db 4x fixing", bad("4x")),
        ("prod-db 4", bad("4")),
        ("prod-db -4h", bad("-4h")),
        ("prod-db 0m", bad("0m")),
        ("prod-db 999999999999h", bad("999999999999h")),
        ("prod-db until 25:00", bad("until 25:00")),
        ("prod-db until tomorrow", bad("until tomorrow")),
        ("prod-db admin 4h", access("admin")),
        ("prod-db read-onyl 4h", access("read-onyl")),
        ("prod-db 4h read-onyl", access("read-onyl")),
        ("prod-db read-write foo 4h", Refusal::UnknownWord { wanted: "foo".into(), nearest: vec![] }),
        ("prod-db fixing things 4h", Refusal::UnknownWord { wanted: "fixing".into(), nearest: vec![] }),
    ] {
        assert_eq!(ask(text), Err(expected), "{text:?}");
    }
}

/// A resource named like a subcommand stays reachable, and the subcommand too.
#[test]
fn a_resource_may_be_called_status() {
    let policy = acme();
    let mut offers = offers();
    offers.push(Offer { resource: "status".into(), ..offer(&policy.resources[&"grafana".into()]) });
    let ask = |text| parse(text, &offers, moment(10, 0), Tz::UTC);
    assert_eq!(ask("status"), Ok(Ask::Status(None)));
    assert_eq!(ask("status req-84a2"), Ok(Ask::Status(Some("req-84a2".into()))));
    assert_eq!(ask("status 4h"), draft("status", None, 240, None));
    assert_eq!(ask("status 4h req-84a2 needs it"), draft("status", None, 240, Some("req-84a2 needs it")));
}

/// `until` is meant on the caller's clock, also in the nights in which clocks change.
#[test]
fn until_follows_the_callers_clock() {
    let utc = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
    for (now, zone, text, minutes) in [
        ("2026-03-03T10:00:00Z", Tz::Europe__Berlin, "18:00", 7 * 60),
        ("2026-03-03T23:30:00Z", Tz::Asia__Tokyo, "9:00", 30),
        // Berlin goes from 02:00 to 03:00 on 29 March 2026 (01:00 UTC): 02:30 is not there, 03:00 is meant.
        ("2026-03-29T00:30:00Z", Tz::Europe__Berlin, "2:30", 30),
        ("2026-03-28T22:00:00Z", Tz::Europe__Berlin, "8:00", 8 * 60),
        // And back from 03:00 to 02:00 on 25 October (01:00 UTC): 02:30 is there twice, the next one is meant.
        ("2026-10-24T23:30:00Z", Tz::Europe__Berlin, "2:30", 60),
        ("2026-10-25T00:45:00Z", Tz::Europe__Berlin, "2:30", 45),
        ("2026-10-24T22:00:00Z", Tz::Europe__Berlin, "8:00", 9 * 60),
    ] {
        let got = parse(&format!("prod-db until {text}"), &offers(), utc(now), zone);
        assert_eq!(got, draft("prod-db", None, minutes, None), "{now} {zone} {text}");
    }
}

/// Forms and the API read a length as the command does (rule 29), and nothing beside it.
#[test]
fn a_length_alone() {
    let read = |text: &str| ask::length(text, moment(10, 0), Tz::Africa__Johannesburg).map(Length::seconds);
    for (text, minutes) in [("4h", 240), (" 1h 30m ", 90), ("2 hours", 120), ("until 14:00", 120), ("until 2pm", 120)] {
        assert_eq!(read(text), Ok(minutes * 60), "{text}");
    }
    for text in ["", "soon", "4h please", "prod-db 4h", "4h read-write", "until 25:00", "until", "-4h"] {
        assert_eq!(read(text), Err(Refusal::BadDuration { wanted: text.into() }), "{text}");
    }
}

/// Ten thousand characters are read, kept, and refused later by the bound on reasons; none is lost on the way.
#[test]
fn long_and_hostile_reasons_are_kept() {
    let reason = "\u{202e}<!channel>@everyone ".repeat(500);
    let expected = draft("prod-db", None, 240, Some(reason.trim()));
    assert_eq!(ask(&format!("prod-db 4h {reason}")), expected);
    assert!(matches!(ask(&"x".repeat(10_000)), Err(Refusal::UnknownResource { wanted, .. }) if wanted.len() == 60));
}

proptest! {
    // A counter-example becomes a case in the tables above, not a file of seeds.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_typed_makes_it_panic(text in "\\PC*|[ -~\\x00-\\x1f]{0,80}") {
        let _ = ask(&text);
        let _ = ask(&format!("prod-db {text}"));
        let _ = ask(&format!("prod-db until {text}"));
        let _ = ask(&format!("explain {text}"));
    }

    #[test]
    fn what_is_printed_is_read_back(
        resource in prop::sample::select(vec!["prod-db", "grafana", "vpn-office"]),
        explicit in any::<bool>(),
        seconds in 1i64..=366 * 86_400,
        reason in prop::option::of("(read-only |30m |for |until |\"|')?[a-zäß\u{5d0}\u{202e}<>&*_.,\"-]{1,12}( [a-z0-9-]{1,8}){0,5}"),
    ) {
        let access = explicit.then(|| acme().resources[&resource.into()].default_access.clone());
        let reason = reason.map(|r| r.trim().to_owned()).filter(|r| !r.is_empty());
        let duration = Length::from_seconds(seconds).expect("within bounds");
        let draft = Draft { resource: resource.into(), access, duration, reason, holder: None };
        prop_assert_eq!(ask(&print(&draft)), Ok(Ask::Request(draft)));
    }
}
