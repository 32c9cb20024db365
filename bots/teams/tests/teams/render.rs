//! Cards as Adaptive Cards.

use countersign_engine::card::{
    About, Button, ButtonStyle, Card, Kind, Mark, Span, StepLine, Text, Token, Tone, Verb, When,
};
use countersign_engine::id::ShortId;
use countersign_kit::{
    gallery, hostile, moment,
    teams::{check_card, check_message, live, texts},
};
use countersign_teams::{MOST, adaptive, message};
use proptest::prelude::*;
use serde_json::{Value, json};

fn readers() -> Vec<String> {
    vec!["29:1person2".into(), "29:1person3".into()]
}

#[test]
fn the_whole_gallery() {
    let cards: serde_json::Map<String, Value> =
        gallery().into_iter().map(|(name, card)| (name.to_owned(), message(&card, &[]))).collect();
    insta::assert_json_snapshot!("gallery", cards);
}

#[test]
fn teams_and_the_schema_take_the_whole_gallery() {
    for (name, card) in gallery() {
        assert_eq!(check_message(&message(&card, &readers())), Ok(()), "{name}");
    }
}

/// The schema alone would take these.
#[test]
fn the_judge_sees_what_the_schema_does_not() {
    let good = adaptive(&gallery()[0].1, &[]);
    assert_eq!(check_card(&good), Ok(()));
    for (field, value) in [("type", Value::Null), ("version", json!("9.9")), ("body", json!([]))] {
        let mut bad = good.clone();
        bad[field] = value;
        assert!(check_card(&bad).is_err(), "{field}");
    }
}

fn card_of(words: &str) -> Card {
    let spans = |words: &str| {
        let moment = When { at: moment(18, 0), fallback: words.to_owned() };
        Text::plain(words)
            .with(Span::Strong(words.into()))
            .with(Span::Code(words.into()))
            .with(Span::Moment(moment))
            .then(words)
    };
    let button = |verb| Button {
        label: words.to_owned(),
        style: ButtonStyle::Danger,
        token: Token { verb, request: "01JNDEM0000000000000000842".into(), step: Some(0) },
    };
    Card {
        about: Some(About {
            request: "01JNDEM0000000000000000842".into(),
            short_id: ShortId::new("req-0842"),
            subject: "[req-0842] prod-db".into(),
        }),
        kind: Kind::Request,
        tone: Tone::Waiting,
        title: spans(words),
        lead: Text::plain(words),
        quote: Some(words.to_owned()),
        fields: (0..3).map(|_| (words.to_owned(), spans(words))).collect(),
        steps: (1..=5)
            .map(|number| StepLine { number, mark: Mark::Open, text: spans(words), below: vec![spans(words)] })
            .collect(),
        notes: (0..4).map(|_| spans(words)).collect(),
        buttons: [Verb::Approve, Verb::Deny, Verb::Trim, Verb::Details, Verb::End].map(button).to_vec(),
        summary: words.to_owned(),
    }
}

/// THREATS D04: people's words stand where no Markdown is read, and neither mention nor become a date.
#[test]
fn abuse_d04_hostile_words_stay_words() {
    for words in hostile() {
        let message = message(&card_of(&words), &readers());
        assert_eq!(check_message(&message), Ok(()), "{words:?}");
        assert!(texts(&message) > 40);
        assert_eq!(live(&message), [""; 0], "{words:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// No text, however long or odd, makes a card that Teams does not take.
    #[test]
    fn any_words_stay_within_teams_limits(
        words in prop_oneof![any::<String>(), "[<>{}]{0,800}", ".{0,100}", "(😀|<at>x</at>|\"){0,300}"],
        repeat in 1_usize..12,
    ) {
        let message = message(&card_of(&words.repeat(repeat)), &readers());
        prop_assert_eq!(check_message(&message), Ok(()));
    }
}

#[test]
fn a_message_always_has_a_summary() {
    for words in ["", " ", "\u{200b}", "\u{202e}\n"] {
        assert_eq!(check_message(&message(&card_of(words), &readers())), Ok(()), "{words:?}");
    }
}

/// However much there is: what is left out is never a button.
#[test]
fn more_than_teams_takes_is_left_out_but_never_the_buttons() {
    let mut card = card_of(&"😀 long ".repeat(500));
    card.steps = vec![card.steps; 30].concat();
    card.notes = vec![card.notes; 30].concat();
    card.fields = vec![card.fields; 30].concat();
    let many: Vec<String> = (0..60).map(|n| format!("29:{n}{}", "x".repeat(120))).collect();
    let shown = adaptive(&card, &many);
    assert!(shown.to_string().len() <= MOST);
    assert_eq!(check_message(&message(&card, &many)), Ok(()));
    assert_eq!(shown["actions"].as_array().unwrap().len(), 5);
}

/// A text run has no way to say a moment in the reader's time zone; our words for it are in the organisation's.
#[test]
fn moments_are_said_in_words() {
    let text = Text::plain("until ").with(Span::Moment(When { at: moment(18, 0), fallback: "18:00 UTC".into() }));
    let shown = adaptive(&Card { lead: text, ..card_of("x") }, &[]);
    let runs = shown["body"][1]["inlines"].as_array().unwrap();
    assert_eq!(runs.iter().map(|run| run["text"].as_str().unwrap()).collect::<String>(), "until 18:00 UTC");
}
