//! Headers: the thread, the subject, what stops answers, and what people could write into them.

use crate::world::{World, card, card_of, person, place};
use countersign_engine::{card::Kind, ports::Messenger};
use countersign_kit::{
    gallery, hostile,
    mail::{Letter, PLACE},
};
use proptest::prelude::*;
use std::{collections::BTreeSet, time::Duration};

async fn sent(w: &World, name: &str, to: &str) -> Letter {
    let at = w.bot.post(&person(to), &card(name)).await.unwrap();
    let letter = w.server.newest_for(to);
    assert_eq!((letter.header("Message-ID"), at.place.as_str()), (at.message.as_str(), to));
    letter
}

/// One thread and one subject for a request's whole life, whoever reads it and whenever they joined.
#[tokio::test]
async fn a_request_is_one_thread() {
    let w = World::new().await;
    let mut letters = Vec::new();
    for (name, to) in [("opened", "lisa@acme.com"), ("last step", "sec1@acme.com"), ("trimmed", "manager@acme.com")] {
        letters.push(sent(&w, name, to).await);
    }
    letters.push(sent(&w, "active, to the requester", "dev@acme.com").await);
    letters.push(sent(&w, "denied, to the requester", "dev@acme.com").await);
    let all = |name: &str| letters.iter().map(|l| l.header(name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(all("Subject"), ["[req-84a2] Dev asks for prod-db (read-write, 4h)".to_owned()].into());
    assert_eq!(all("References").len(), 1);
    assert_eq!(all("References"), all("In-Reply-To"));
    assert!(all("References").first().unwrap().ends_with(".thread@acme.com>"));
    assert_eq!(all("Message-ID").len(), letters.len(), "each has an id of its own");
    assert_eq!(w.server.complaints(), [""; 0]);
}

/// What is sent twice because an answer was lost has one id; what is said again has another.
#[tokio::test]
async fn ids_tell_repetitions_from_news() {
    let w = World::new().await;
    let id = async |name: &str, to: &str| sent(&w, name, to).await.header("Message-ID").to_owned();
    let first = id("opened", "lisa@acme.com").await;
    assert_eq!(id("opened", "lisa@acme.com").await, first);
    assert_ne!(id("opened", "manager@acme.com").await, first);
    assert_ne!(id("last step", "lisa@acme.com").await, first);
    let reminder = gallery().into_iter().find(|(_, c)| c.kind == Kind::Reminder).unwrap().0;
    assert_ne!(id(reminder, "lisa@acme.com").await, first);
}

#[tokio::test]
async fn only_what_is_optional_can_be_declined_and_nothing_is_answered() {
    let w = World::new().await;
    let mut optional = 0;
    for (name, card) in gallery() {
        w.wait(Duration::from_secs(10));
        w.bot.post(&place(PLACE), &card).await.unwrap();
        let letter = w.server.newest_for(PLACE);
        let declines = letter.header("List-Unsubscribe") == "<https://approve.acme.com/account#notifications>";
        assert_eq!(declines, card.kind == Kind::Reminder, "{name}: {}", letter.header("List-Unsubscribe"));
        assert_eq!(letter.text.contains("/account#notifications"), declines, "{name}");
        optional += usize::from(declines);
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert_eq!(letter.header("X-Auto-Response-Suppress"), "All");
        assert_eq!(letter.header("From"), "Countersign <access@acme.com>");
        let seen = |words: &str| words.replace('\u{2060}', "");
        assert!(seen(&letter.html).contains(&format!("mso-hide:all;\">{}", escaped(&card.summary))), "{name}: preview");
    }
    assert!(optional > 0, "the gallery has a reminder");
    assert_eq!(w.server.complaints(), [""; 0]);
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// THREATS D05: the server has judged every line and every header.
async fn judge(w: &World, words: &str) {
    w.wait(Duration::from_secs(10));
    w.bot.post(&person("lisa@acme.com"), &card_of(words)).await.unwrap();
    let letter = w.server.newest_for("lisa@acme.com");
    assert_eq!(w.server.complaints(), [""; 0], "{words:?}");
    assert_eq!(letter.headers.len(), 12, "{words:?}: {:?}", letter.headers);
    let subject = letter.header("Subject");
    assert!(subject.starts_with("[req-84a2]"), "{words:?}: {subject}");
    assert!(!subject.contains(['\u{202e}', '\u{200b}', '\u{2067}']), "{words:?}: {subject}");
}

/// THREATS D05
#[tokio::test]
async fn abuse_d05_nobody_writes_headers_of_their_own() {
    let w = World::new().await;
    for words in hostile() {
        judge(&w, &words).await;
    }
    for words in [
        "=?utf-8?q?x=0D=0ABcc:_evil=40evil.example?=",
        "=?utf-8?b?DQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?= =?utf-8?b?DQpY?=",
        "x\r\n.\r\nMAIL FROM:<evil@evil.example>",
        ".",
        "..\r\n.",
        &"long".repeat(400),
        &"é".repeat(500),
    ] {
        judge(&w, words).await;
    }
    assert!(w.server.commands().iter().all(|c| !c.contains("evil")), "no command but ours");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// THREATS D05
    #[test]
    fn abuse_d05_any_words_stay_inside_their_header(words in prop_oneof![any::<String>(), "(=\\?utf-8\\?[bq]\\?|\\?=|\r\n|[a-z:=0-9 ]){0,60}"]) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let w = World::new().await;
            judge(&w, &words).await;
        });
    }
}

/// The words themselves arrive as they are.
#[tokio::test]
async fn words_of_every_script_arrive() {
    let w = World::new().await;
    let words = "Łukasz fragt nach 日本 🔒 und שרה";
    w.bot.post(&person("lisa@acme.com"), &card_of(words)).await.unwrap();
    let letter = w.server.newest_for("lisa@acme.com");
    assert_eq!(letter.header("Subject"), format!("[req-84a2] {words}"));
    assert!(letter.text.contains(words) && letter.html.contains(words));
}
