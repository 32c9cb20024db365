//! Cards as components.

use countersign_discord::components;
use countersign_engine::card::{Button, ButtonStyle, Card, Kind, Mark, Span, StepLine, Text, Token, Tone, Verb, When};
use countersign_kit::{
    discord::{self, Live, check_message, judge, texts},
    gallery, hostile, moment,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn message(card: &Card) -> Value {
    json!({"flags": 1 << 15, "components": components(card), "allowed_mentions": {"parse": []}})
}

#[test]
fn the_whole_gallery() {
    let cards: serde_json::Map<String, Value> =
        gallery().into_iter().map(|(name, card)| (name.to_owned(), components(&card).into())).collect();
    insta::assert_json_snapshot!("gallery", cards);
}

/// By our own reading of Discord's documentation, and by Discord's own specification where it is at hand.
#[test]
fn the_whole_gallery_is_within_discords_limits() {
    for (name, card) in gallery() {
        assert_eq!(check_message(&message(&card)), Ok(()), "{name}");
        assert_eq!(judge("post", &message(&card)), Ok(()), "{name}");
        assert_eq!(judge("edit", &message(&card)), Ok(()), "{name}");
        assert_eq!(judge("answer", &json!({"type": 7, "data": message(&card)})), Ok(()), "{name}");
    }
}

/// The referee does refuse.
#[test]
fn the_specification_has_a_word_to_say() {
    if std::env::var_os("COUNTERSIGN_SPECS").is_none() {
        println!("skipped: COUNTERSIGN_SPECS is not set");
        return;
    }
    let mut bad = message(&card_of("words"));
    assert_eq!(judge("post", &bad), Ok(()));
    bad["components"][0]["components"][0]["content"] = "x".repeat(4_001).into();
    assert!(judge("post", &bad).is_err());
}

/// What is alive in a card.
fn live(card: &Card) -> Live {
    discord::live(&components(card).into())
}

fn card_of(words: &str) -> Card {
    let plain = || Text::plain(words);
    let moment = || Span::Moment(When { at: moment(18, 0), fallback: words.to_owned() });
    let token = Token { verb: Verb::Approve, request: "01JNDEM0000000000000000842".into(), step: Some(0) };
    Card {
        about: None,
        kind: Kind::Test,
        tone: Tone::Waiting,
        title: plain().with(moment()),
        lead: plain().with(Span::Strong(words.into())).then(words),
        quote: Some(words.to_owned()),
        fields: vec![(words.to_owned(), Text::default().with(Span::Code(words.into())).then(words))],
        steps: vec![StepLine { number: 1, mark: Mark::Open, text: plain(), below: vec![plain()] }],
        notes: vec![plain(), Text::default().with(moment()).then(words)],
        buttons: vec![Button { label: words.to_owned(), style: ButtonStyle::Plain, token }],
        summary: words.to_owned(),
    }
}

/// THREATS D02: whatever people write, exactly as much is alive in a card as when they write a harmless word: our own
/// marks and moments. Nothing mentions, links, begins a heading or hides.
#[test]
fn abuse_d02_hostile_words_stay_words() {
    let harmless = live(&card_of("words"));
    assert_eq!(harmless.entities, ["<t:1772560800:f>", "<t:1772560800:f>"]);
    for words in hostile() {
        let card = card_of(&words);
        assert_eq!(live(&card), harmless, "{words:?}: {:#}", Value::from(components(&card)));
        for text in texts(&components(&card).into()) {
            let hidden = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}' | '\0' | '\u{1b}');
            assert!(!text.contains(hidden), "{words:?}: {text}");
        }
        assert_eq!(check_message(&message(&card)), Ok(()), "{words:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// No text, however long or odd, breaks a limit of Discord's.
    #[test]
    fn any_words_stay_within_discords_limits(
        words in prop_oneof![any::<String>(), "[<>&*_`|]{0,800}", ".{0,100}", "(😀|<@1>|\\*){0,300}"],
        repeat in 1_usize..12,
    ) {
        let card = card_of(&words.repeat(repeat));
        prop_assert_eq!(check_message(&message(&card)), Ok(()));
        prop_assert_eq!(judge("post", &message(&card)), Ok(()));
    }

    /// THREATS D02: no marks of Markdown in any order come alive.
    #[test]
    fn no_marks_come_alive(words in "[a ]{0,2}[<>&*_`|#~\\[\\]()\\\\:@.+!/1-]{1,24}[a ]{0,2}") {
        let words = format!("x{words}x");
        prop_assert_eq!(live(&card_of(&words)), live(&card_of("words")), "{}", words);
    }

    /// THREATS D02: nor at the beginning of a line.
    #[test]
    fn no_marks_come_alive_at_a_beginning(words in "[>#*+0-9.) -]{1,6} x") {
        let card = Card { lead: Text::plain(words.clone()), ..card_of("words") };
        let harmless = Card { lead: Text::plain("words"), ..card_of("words") };
        prop_assert_eq!(live(&card), live(&harmless), "{}", words);
    }
}

#[test]
fn more_than_discord_can_show_is_left_out_but_never_the_buttons() {
    let mut card = card_of(&"long ".repeat(500));
    card.steps = vec![card.steps; 30].concat();
    card.notes = vec![card.notes; 30].concat();
    card.buttons = (0..9)
        .map(|step| Button {
            token: Token { step: Some(step % 7), ..card.buttons[0].token.clone() },
            ..card.buttons[0].clone()
        })
        .collect();
    assert_eq!(check_message(&message(&card)), Ok(()));
    let inside = &components(&card)[0]["components"];
    let row = inside.as_array().unwrap().last().unwrap();
    assert_eq!((&row["type"], row["components"].as_array().unwrap().len()), (&json!(1), 5));
}

#[test]
fn moments_are_shown_in_the_readers_time_zone() {
    let text = Text::plain("until ").with(Span::Moment(When { at: moment(18, 0), fallback: "18:00 UTC".into() }));
    let card = Card { lead: text, ..card_of("x") };
    let shown = components(&card)[0]["components"][0]["content"].as_str().unwrap().to_owned();
    assert!(shown.contains("until <t:1772560800:f>"), "{shown}");
}

#[test]
fn the_tone_is_seen_without_colours() {
    for (tone, symbol) in [(Tone::Waiting, "⏳"), (Tone::Good, "✅"), (Tone::Bad, "⛔"), (Tone::Alarm, "🚨")] {
        let shown = components(&Card { tone, ..card_of("x") });
        assert!(shown[0]["accent_color"].is_u64());
        assert!(shown[0]["components"][0]["content"].as_str().unwrap().starts_with(&format!("### {symbol} ")));
    }
}
