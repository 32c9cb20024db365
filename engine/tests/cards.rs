//! The gallery as plain text, to be read as an approver would; and what holds for every card.

use countersign_engine::{
    card::{Card, Token, Verb},
    command::Draft,
    effect::News,
    time::Length,
};
use countersign_kit::{Story, acme, change_person, gallery};
use proptest::prelude::*;
use std::fmt::Write;

fn plain(name: &str, card: &Card) -> String {
    let mut out = format!("=== {name} [{:?}]\n", card.tone);
    let mut line = |text: String| writeln!(out, "{text}").expect("a string takes all");
    line(card.title.to_plain());
    line(card.lead.to_plain());
    if let Some(quote) = &card.quote {
        line(format!("> {quote}"));
    }
    for (label, value) in &card.fields {
        line(format!("{label}: {}", value.to_plain()));
    }
    for step in &card.steps {
        line(format!("  {} {} {}", step.mark.sign(), step.number, step.text.to_plain()));
        for below in &step.below {
            line(format!("      {}", below.to_plain()));
        }
    }
    for note in &card.notes {
        line(format!("({})", note.to_plain()));
    }
    let buttons: Vec<String> = card.buttons.iter().map(|b| format!("[{}]", b.label)).collect();
    line(buttons.join(" "));
    line(format!("~ {}", card.summary));
    out
}

#[test]
fn gallery_reads_well() {
    let all: Vec<String> = gallery().iter().map(|(name, card)| plain(name, card)).collect();
    insta::assert_snapshot!(all.join("\n"));
}

/// Telegram takes 64 bytes; Slack's header and everybody's notification take 150 characters.
#[test]
fn every_card_fits_everywhere() {
    gallery().iter().for_each(|(name, card)| check(name, card));
}

fn check(name: &str, card: &Card) {
    assert!(card.summary.chars().count() <= 150, "{name}: summary");
    assert!(card.title.to_plain().chars().count() <= 150, "{name}: title");
    assert!(card.quote.as_deref().unwrap_or_default().chars().count() <= 602, "{name}: quote");
    assert!(card.buttons.len() <= 5, "{name}: buttons");
    let texts = card.fields.iter().map(|(_, t)| t).chain(card.steps.iter().map(|s| &s.text)).chain(&card.notes);
    for text in texts.chain([&card.lead]) {
        assert!(text.to_plain().chars().count() <= 3_000, "{name}: {}", text.to_plain());
    }
    for button in &card.buttons {
        let token = button.token.to_string();
        assert!(token.len() <= 64, "{name}: {token}");
        assert_eq!(token.parse::<Token>().as_ref(), Ok(&button.token), "{name}");
    }
    nothing_invisible(name, card);
}

/// Nothing invisible from outside reaches a card; we add isolates only.
fn nothing_invisible(name: &str, card: &Card) {
    let text = plain(name, card);
    let bad = text.chars().find(
        |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{0}'..='\u{9}' | '\u{b}'..='\u{1f}'),
    );
    assert_eq!(bad, None, "{name}");
    let (open, close) = (text.matches('\u{2068}').count(), text.matches('\u{2069}').count());
    assert_eq!(open, close, "{name}: isolates are closed");
}

/// A card that many share promises nothing that only one may do; a decided one asks for no vote.
#[test]
fn buttons_fit_their_readers() {
    for (name, card) in gallery() {
        let verbs: Vec<Verb> = card.buttons.iter().map(|b| b.token.verb).collect();
        let personal = verbs.iter().any(|v| matches!(v, Verb::Cancel | Verb::Start | Verb::End));
        assert!(!personal || name.ends_with("to the requester"), "{name}: {verbs:?}");
        let open = card.steps.iter().any(|s| s.text.to_plain().contains("left, until"));
        let votes = verbs.contains(&Verb::Approve) || verbs.contains(&Verb::Deny);
        assert!(!votes || open, "{name}: votes asked for where none is open");
        assert!(verbs.contains(&Verb::Details), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    /// THREATS A01: two hundred names, reasons and notes of any kind.
    #[test]
    fn abuse_a01_any_words_make_a_safe_card(
        name in any::<String>(), email in "\\PC{0,300}", reason in "(?s).{0,2000}", note in any::<String>(),
    ) {
        let mut policy = acme();
        change_person(&mut policy, "dev", |p| (p.name, p.email) = (name, email));
        let (resource, duration) = ("prod-db".into(), Length::hours(4));
        let draft = Draft { resource, access: None, duration, reason: Some(reason), holder: None };
        let story = Story::open(policy, "dev", draft).after(1, 0).trim("lisa", Length::hours(1), &note);
        for card in [story.card(), story.reminder(), story.news("dev", News::Opened)] {
            check("any words", &card);
        }
    }
}

/// A token of ours is read back; nothing else is read.
#[test]
fn strange_tokens_are_refused() {
    for text in ["", "approve", "approve:", "approve:a b", "approve:a:x", "approve:a:1:2", "grant:a:1", &"a".repeat(99)]
    {
        assert!(text.parse::<Token>().is_err(), "{text}");
    }
}
