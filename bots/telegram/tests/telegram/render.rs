//! Cards as messages.

use countersign_engine::card::{Button, ButtonStyle, Card, Kind, Mark, Span, StepLine, Text, Token, Tone, Verb, When};
use countersign_kit::{
    gallery, hostile, moment,
    telegram::{check_message, live},
};
use countersign_telegram::message;
use proptest::prelude::*;
use serde_json::Value;

/// As a reader sees it: text, what is set apart, buttons.
fn picture(body: &Value) -> String {
    let text = body["text"].as_str().unwrap().replace('\u{2060}', "");
    let rows = body["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten();
    let rows = rows.map(|row| {
        let keys = row.as_array().into_iter().flatten().map(|key| format!("[{}]", key["text"].as_str().unwrap()));
        keys.collect::<Vec<_>>().join(" ")
    });
    format!("{text}\n{}", rows.collect::<Vec<_>>().join("\n"))
}

#[test]
fn the_whole_gallery() {
    let cards: Vec<String> =
        gallery().iter().map(|(name, card)| format!("=== {name}\n{}", picture(&message(card)))).collect();
    insta::assert_snapshot!("gallery", cards.join("\n\n"));
}

/// One card as it goes over the wire.
#[test]
fn the_last_step_in_full() {
    let card = gallery().into_iter().find(|(name, _)| *name == "last step").unwrap().1;
    insta::assert_json_snapshot!("last_step", message(&card));
}

#[test]
fn the_whole_gallery_is_within_telegrams_limits() {
    for (name, card) in gallery() {
        assert_eq!(check_message(&message(&card)), Ok(()), "{name}");
    }
}

fn card_of(words: &str) -> Card {
    let spans = |words: &str| {
        let moment = When { at: moment(18, 0), fallback: words.to_owned() };
        Text::plain(words).with(Span::Strong(words.into())).with(Span::Moment(moment)).then(words)
    };
    let token = Token { verb: Verb::Approve, request: "01JNDEM0000000000000000842".into(), step: Some(0) };
    Card {
        about: None,
        kind: Kind::Test,
        tone: Tone::Waiting,
        title: spans(words),
        lead: Text::plain(words).with(Span::Code(words.into())).then(words),
        quote: Some(words.to_owned()),
        fields: (0..3).map(|_| (words.to_owned(), spans(words))).collect(),
        steps: (1..=4)
            .map(|number| StepLine { number, mark: Mark::Open, text: spans(words), below: vec![spans(words)] })
            .collect(),
        notes: (0..3).map(|_| spans(words)).collect(),
        buttons: vec![Button { label: words.to_owned(), style: ButtonStyle::Plain, token }],
        summary: words.to_owned(),
    }
}

/// THREATS D03: nothing that people wrote mentions, links, commands or starts a line of its own.
#[test]
fn abuse_d03_hostile_words_stay_words() {
    let lines = message(&card_of("x"))["text"].as_str().unwrap().lines().count();
    for words in hostile() {
        let body = message(&card_of(&words));
        let text = body["text"].as_str().unwrap();
        assert_eq!(live(text, &body["entities"]), Vec::<String>::new(), "{words:?}: {text}");
        assert_eq!(check_message(&body), Ok(()), "{words:?}");
        assert!(text.lines().count() <= lines, "{words:?}: {text}");
        assert!(!text.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\0' | '\u{1b}')), "{words:?}: {text}");
        let ours = ["bold", "italic", "code", "blockquote", "date_time"];
        let kinds = body["entities"].as_array().unwrap().iter().map(|e| e["type"].as_str().unwrap());
        assert!(kinds.clone().all(|kind| ours.contains(&kind)), "{words:?}: {:?}", kinds.collect::<Vec<_>>());
    }
}

/// A single line of every hostile text, alone and beside other words.
#[test]
fn abuse_d03_names_across_spans_stay_words() {
    for (a, b) in
        [("@", "ann"), ("evil.", "example"), ("/", "access"), ("#", "tag"), ("$", "USD"), ("+4479460", "9581234")]
    {
        for second in [Span::Strong(b.into()), Span::Plain(b.into())] {
            let card = Card { lead: Text::plain(a).with(second), ..card_of("x") };
            let body = message(&card);
            assert_eq!(live(body["text"].as_str().unwrap(), &body["entities"]), Vec::<String>::new(), "{a}{b}");
        }
    }
}

/// What is to be copied stays as it is.
#[test]
fn code_holds_no_joiners() {
    let card = Card { lead: Text::default().with(Span::Code("db.acme.internal:5432".into())), ..card_of("x") };
    assert!(message(&card)["text"].as_str().unwrap().contains("db.acme.internal:5432"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// No text, however long or odd, breaks a limit of Telegram's, and none comes to life.
    #[test]
    fn any_words_stay_within_telegrams_limits(
        words in prop_oneof![any::<String>(), "[@/#.$+:a-z0-9 ]{0,800}", ".{0,100}", "(😀|@ann|evil\\.example){0,300}"],
        repeat in 1_usize..12,
    ) {
        let body = message(&card_of(&words.repeat(repeat)));
        prop_assert_eq!(check_message(&body), Ok(()));
        prop_assert_eq!(live(body["text"].as_str().unwrap(), &body["entities"]), Vec::<String>::new());
    }
}

#[test]
fn moments_are_shown_in_the_readers_time_zone() {
    let text = Text::plain("👩‍💻 until ").with(Span::Moment(When { at: moment(18, 0), fallback: "18:00 UTC".into() }));
    let body = message(&Card { title: Text::plain("x"), tone: Tone::Quiet, lead: text, ..card_of("y") });
    let entity = body["entities"].as_array().unwrap().iter().find(|e| e["type"] == "date_time").unwrap();
    let units: Vec<u16> = body["text"].as_str().unwrap().encode_utf16().collect();
    let (at, length) = (entity["offset"].as_u64().unwrap() as usize, entity["length"].as_u64().unwrap() as usize);
    assert_eq!(String::from_utf16(&units[at..at + length]).unwrap(), "18:00 UTC");
    assert_eq!(entity["unix_time"], moment(18, 0).timestamp());
}

/// A card without buttons takes the old ones away.
#[test]
fn no_buttons_is_said() {
    let body = message(&Card { buttons: Vec::new(), ..card_of("x") });
    assert_eq!(body["reply_markup"]["inline_keyboard"], serde_json::json!([]));
}
