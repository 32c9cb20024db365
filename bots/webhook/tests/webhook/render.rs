//! Cards as each kind of chat system gets them.

use countersign_engine::card::{Card, Span, StepLine, Text, Tone, When};
use countersign_kit::{gallery, hostile, moment, specs, webhooks};
use countersign_webhook::{Kind, message};
use proptest::prelude::*;
use serde_json::Value;

const CONSOLE: &str = "https://access.acme.com";

#[test]
fn the_whole_gallery() {
    for (kind, key) in Kind::ALL {
        let cards: serde_json::Map<String, Value> =
            gallery().into_iter().map(|(name, card)| (name.to_owned(), message(kind, &card, CONSOLE))).collect();
        insta::assert_json_snapshot!(format!("gallery_{key}"), cards);
    }
}

/// A card full of these words, in every place that can hold any.
fn card_of(words: &str) -> Card {
    let spans = |words: &str| {
        let moment = When { at: moment(18, 0), fallback: words.to_owned() };
        Text::plain(words)
            .with(Span::Strong(words.into()))
            .with(Span::Code(words.into()))
            .with(Span::Moment(moment))
            .then(words)
    };
    let first = gallery().remove(0).1;
    let mark = first.steps[0].mark;
    Card {
        tone: Tone::Waiting,
        title: spans(words),
        lead: spans(words),
        quote: Some(words.to_owned()),
        fields: (0..4).map(|_| (words.to_owned(), spans(words))).collect(),
        steps: (1..=3).map(|number| StepLine { number, mark, text: spans(words), below: vec![spans(words)] }).collect(),
        notes: vec![spans(words)],
        summary: words.to_owned(),
        ..first
    }
}

/// THREATS D01, D04, A01: over 600 hostile texts in every place, and none of them is more than a text.
#[test]
fn abuse_d01_hostile_words_stay_words() {
    for text in hostile() {
        for (kind, key) in Kind::ALL {
            let body = message(kind, &card_of(&text), CONSOLE);
            assert_eq!(webhooks::complaints(key, &body), Vec::<String>::new(), "{key}: {text:?}");
            let page = format!("{CONSOLE}/requests/req-84a2");
            assert_eq!(webhooks::live(key, &body, &page), [""; 0], "{text:?}");
        }
    }
}

#[test]
fn every_card_is_taken_by_every_system() {
    for (name, card) in gallery() {
        for (kind, key) in Kind::ALL {
            let body = message(kind, &card, CONSOLE);
            assert_eq!(webhooks::complaints(key, &body), Vec::<String>::new(), "{key}: {name}");
            assert!(body.to_string().contains(&format!("{CONSOLE}/requests/req-")), "{key}: {name} has its link");
        }
    }
}

/// THREATS D04: the published schema of Adaptive Cards takes every card, and every one full of hostile words.
#[test]
fn abuse_d04_cards_for_teams_fit_the_published_schema() {
    let Some(schema) = specs::load("adaptive-card-1.5.json") else { return };
    let validator = jsonschema::validator_for(&schema).unwrap();
    let cards = gallery().into_iter().map(|(name, card)| (name.to_owned(), card));
    let mut count = 0;
    for (name, card) in cards.chain(hostile().map(|words| (words.clone(), card_of(&words)))) {
        let body = message(Kind::TeamsWorkflow, &card, CONSOLE);
        let mut content = body["attachments"][0]["content"].clone();
        // Teams' own extension ("Full width Adaptive Card"), which the schema does not know.
        content.as_object_mut().unwrap().remove("msteams");
        let wrong: Vec<String> =
            validator.iter_errors(&content).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        assert!(!body.to_string().contains("\"TextBlock\""), "a text block would parse markdown");
        count += 1;
    }
    assert!(count > 600, "{count}");
}

/// Nobody can press anything: the only action is a link to the console.
#[test]
fn there_is_nothing_to_press() {
    for (name, card) in gallery() {
        let text = message(Kind::TeamsWorkflow, &card, CONSOLE).to_string();
        assert!(!text.contains("Action.Submit") && !text.contains("Action.Execute"), "{name}");
        assert!(text.contains("Action.OpenUrl"), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// No text, however long or odd, breaks a limit.
    #[test]
    fn any_words_stay_within_the_limits(
        words in prop_oneof![any::<String>(), "[<>&*_]{0,800}", ".{0,100}", "(😀|<!channel>|\\*|\"){0,300}"],
        repeat in 1_usize..12,
    ) {
        for (kind, key) in Kind::ALL {
            let body = message(kind, &card_of(&words.repeat(repeat)), CONSOLE);
            prop_assert_eq!(webhooks::complaints(key, &body), Vec::<String>::new());
        }
    }
}
