//! Whom a workflow tells, and how people want to be told.

use super::{SMALL, broken::told, load};
use countersign_engine::{address::Address, person::Platform, preference::Preference, workflow::Reach};

fn with(workflow: &str, person: &str) -> String {
    let text = SMALL.replacen("priority = \"high\"", &format!("priority = \"high\"\n{workflow}"), 1);
    text.replacen("manager = \"bob\"", &format!("manager = \"bob\"\n{person}"), 1)
}

#[test]
fn mistakes_about_notifications() {
    let (workflow, person) = ("priority = \"high\"", "manager = \"bob\"");
    let said = told(&[
        ("no address", workflow, "notify = { email = [\"security\"] }"),
        ("unknown reach", workflow, "notify = { approvers = [\"slack\"], approvers_on = \"frist\" }"),
        ("reach of nobody", workflow, "notify = { slack = [\"T00000001/C00000001\"], approvers_on = \"first\" }"),
        ("a platform twice", workflow, "notify = { approvers = [\"slack\", \"email\", \"slack\"] }"),
        ("unknown key", workflow, "notify = { mail = [\"a@acme.com\"] }"),
        ("a person's unknown platform", person, "notify = { first = [\"telegramm\"] }"),
        ("a person's unknown key", person, "notify = { firts = [\"slack\"] }"),
        ("quiet without an end", person, "notify = { quiet = \"22:00\" }"),
        ("quiet for no time", person, "notify = { quiet = \"22:00-22:00\" }"),
        ("quiet at no time of day", person, "notify = { quiet = \"22:00-25:00\" }"),
        ("quiet nowhere", person, "notify = { quiet = \"22:00-07:00 Europe/Berln\" }"),
        ("reminders by no platform", person, "notify = { reminders = [\"console\"] }"),
        ("a text in place of a table", person, "notify = \"slack\""),
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn routing_is_read() {
    let loaded = load(&with(
        "notify = { email = \"sec@acme.com\", approvers = [\"email\", \"slack\"], approvers_on = \"first\" }",
        "",
    ));
    let notify = &loaded.unwrap().policy.workflows[&"prod".into()].notify;
    let mailbox = Address::Place { platform: Platform::Email, tenant: String::new(), place: "sec@acme.com".into() };
    assert_eq!(notify.places, [mailbox]);
    assert_eq!((&notify.approvers[..], notify.approvers_on), (&[Platform::Email, Platform::Slack][..], Reach::First));
    let plain = load(SMALL).unwrap().policy;
    assert_eq!(plain.workflows[&"prod".into()].notify.approvers_on, Reach::All);
    assert_eq!(plain.directory.preference(&"ann".into()), Preference::default());
}

#[test]
fn preferences_are_read() {
    let text = "notify = { first = [\"telegram\", \"slack\"], quiet = \"22:00-07:00 Europe/Berlin\", reminders = [] }";
    let policy = load(&with("", text)).unwrap().policy;
    let preference = policy.directory.preference(&"ann".into());
    assert_eq!(preference.first, [Platform::Telegram, Platform::Slack]);
    assert_eq!(preference.quiet.map(|quiet| quiet.to_string()).as_deref(), Some("22:00-07:00 Europe/Berlin"));
    assert!(!preference.is_reminded_on(Platform::Slack));
    assert!(policy.directory.preference(&"bob".into()).is_reminded_on(Platform::Slack));
}
