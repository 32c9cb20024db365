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

/// What each system would take for more than words, in a text of its own markup. Our own link and marks are cut out first.
fn alive(kind: Kind, text: &str) -> Option<String> {
    let ours = format!("{CONSOLE}/requests/req-84a2");
    let markdown = matches!(kind, Kind::Mattermost | Kind::RocketChat | Kind::SlackCompatible);
    let text = match kind {
        Kind::SlackCompatible => text.replace(&format!("<{ours}|Open in Countersign>"), ""),
        _ => text.replace(&format!("[Open in Countersign]({ours})"), ""),
    };
    let chars: Vec<char> = text.chars().collect();
    let joined = |a: &str| text.contains(a).then(|| a.to_owned());
    let mention = chars.windows(2).find(|w| w[0] == '@' && w[1] != '\u{2060}' && !w[1].is_whitespace());
    let place = chars.windows(2).find(|w| matches!(w[0], '#' | '~') && w[1] != '\u{2060}' && !w[1].is_whitespace());
    let place = place.filter(|w| kind != Kind::GoogleChat || w[1] != '3');
    let name = chars.windows(3).find(|w| w[0].is_alphanumeric() && w[1] == '.' && w[2].is_alphanumeric());
    let open = match kind {
        Kind::GoogleChat => {
            ["<users", "<a", "<script", "<img", "<https", "<!", "<@", "<at"].iter().find_map(|tag| joined(tag))
        }
        _ => chars.windows(2).find(|w| w[0] == '<' && w[1] != '\u{2060}').map(String::from_iter),
    };
    let code = markdown.then(|| ["`", "~~", "__", "***"].iter().find_map(|mark| joined(mark))).flatten();
    ["://", "](", "{{", "www.", "||", "\\*"]
        .iter()
        .find_map(|mark| joined(mark))
        .or(mention.map(String::from_iter))
        .or(place.map(String::from_iter))
        .or(name.map(String::from_iter))
        .or(open)
        .or(code)
}

/// Bold of our own comes in pairs, and nobody's words hold a star.
fn stars(kind: Kind, text: &str) -> usize {
    if matches!(kind, Kind::GoogleChat | Kind::TeamsWorkflow) { 0 } else { text.matches('*').count() % 2 }
}

/// THREATS D01, D04, A01: over 600 hostile texts in every place, and none of them is more than a text.
#[test]
fn abuse_d01_hostile_words_stay_words() {
    for text in hostile() {
        for (kind, key) in Kind::ALL {
            let body = message(kind, &card_of(&text), CONSOLE);
            assert_eq!(webhooks::complaints(key, &body), Vec::<String>::new(), "{key}: {text:?}");
            for line in webhooks::words(&body).lines() {
                assert_eq!(alive(kind, line), None, "{key}: {text:?}: {line}");
                assert_eq!(stars(kind, line), 0, "{key}: {text:?}: {line}");
                let sly = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\0' | '\u{1b}' | '\u{200b}');
                assert!(!line.chars().any(sly), "{key}: {text:?}: {line}");
            }
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
