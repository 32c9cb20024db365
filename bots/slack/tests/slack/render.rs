//! Cards as Block Kit.

use countersign_engine::card::{Button, ButtonStyle, Card, Kind, Mark, Span, StepLine, Text, Token, Tone, Verb, When};
use countersign_kit::{
    gallery, hostile, moment,
    slack::{check_blocks, live},
};
use countersign_slack::blocks;
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn the_whole_gallery() {
    let cards: serde_json::Map<String, Value> =
        gallery().into_iter().map(|(name, card)| (name.to_owned(), blocks(&card).into())).collect();
    insta::assert_json_snapshot!("gallery", cards);
}

#[test]
fn the_whole_gallery_is_within_slacks_limits() {
    for (name, card) in gallery() {
        assert_eq!(check_blocks(&blocks(&card).into()), Ok(()), "{name}");
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
    let token = Token { verb: Verb::Approve, request: "01JNDEM0000000000000000842".into(), step: Some(0) };
    Card {
        about: None,
        kind: Kind::Test,
        tone: Tone::Waiting,
        title: spans(words),
        lead: Text::plain(words),
        quote: Some(words.to_owned()),
        fields: (0..7)
            .map(|n| (words.to_owned(), if n % 2 == 0 { spans(words) } else { Text::plain(words) }))
            .collect(),
        steps: (1..=12)
            .map(|number| StepLine { number, mark: Mark::Open, text: spans(words), below: vec![spans(words)] })
            .collect(),
        notes: (0..12).map(|_| spans(words)).collect(),
        buttons: (0..9)
            .map(|_| Button { label: words.to_owned(), style: ButtonStyle::Plain, token: token.clone() })
            .take(1)
            .collect(),
        summary: words.to_owned(),
    }
}

/// THREATS D01: nothing that people wrote mentions, links or starts a line of its own; only our moments are entities.
#[test]
fn abuse_d01_hostile_words_stay_words() {
    for words in hostile() {
        let blocks: Value = blocks(&card_of(&words)).into();
        assert_eq!(live(&blocks), [""; 0], "{words:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// No text, however long or odd, breaks a limit of Slack's.
    #[test]
    fn any_words_stay_within_slacks_limits(
        words in prop_oneof![any::<String>(), "[<>&]{0,800}", ".{0,100}", "(😀|<!channel>|\\*){0,300}"],
        repeat in 1_usize..12,
    ) {
        let blocks: Value = blocks(&card_of(&words.repeat(repeat))).into();
        prop_assert_eq!(check_blocks(&blocks), Ok(()));
        prop_assert_eq!(live(&blocks), Vec::<String>::new());
    }
}

#[test]
fn more_than_slack_can_show_is_left_out_but_never_the_buttons() {
    let mut card = card_of(&"long ".repeat(500));
    card.steps = vec![card.steps; 30].concat();
    card.notes = vec![card.notes; 30].concat();
    let blocks: Value = blocks(&card).into();
    assert_eq!(check_blocks(&blocks), Ok(()));
    assert_eq!(blocks.as_array().unwrap().len(), 50);
    assert_eq!(blocks[49]["type"], "actions");
}

#[test]
fn moments_are_shown_in_the_readers_time_zone() {
    let text = Text::plain("until ").with(Span::Moment(When { at: moment(18, 0), fallback: "18:00 UTC".into() }));
    let card = Card { lead: text, ..card_of("x") };
    let shown = blocks(&card)[1]["text"]["text"].clone();
    assert_eq!(shown, "until <!date^1772560800^{date_short_pretty} {time}|18:00 UTC>");
}
