//! Cards as text and as HTML.

use crate::world::{URL, card, card_of};
use countersign_email::{html, text};
use countersign_engine::{
    card::{Button, ButtonStyle, Card, Span, Text, Token, Verb},
    words::is_invisible,
};
use countersign_kit::{
    gallery, hostile,
    mail::{linked, tags, words_of},
};
use proptest::prelude::*;

/// The page of one card as its tags and words, one a line: what a reviewer can read.
fn outline(html: &str) -> String {
    let body = html.split_once("</head>").unwrap().1;
    let mut out = String::new();
    for piece in body.split('<').skip(1) {
        let (tag, words) = piece.split_once('>').unwrap();
        let name = tag.split(' ').next().unwrap();
        let href = tag.split_once("href=\"").map(|(_, v)| format!(" {}", v.split('"').next().unwrap()));
        if href.is_some() || matches!(name, "p" | "code" | "strong" | "tr") {
            out += &format!("\n{name}{}", href.unwrap_or_default());
        }
        if !words.trim().is_empty() {
            out += &format!(" | {}", words.trim());
        }
    }
    out
}

#[test]
fn the_whole_gallery_as_text() {
    let cards: Vec<String> = gallery().iter().map(|(name, card)| format!("=== {name}\n{}", text(card, URL))).collect();
    insta::assert_snapshot!("text", cards.join("\n"));
}

#[test]
fn some_cards_as_html() {
    let names = ["opened", "denied with a note", "active, to the requester", "ends soon, to the requester"];
    let cards: Vec<String> =
        names.iter().map(|name| format!("=== {name}{}\n", outline(&html(&card(name), URL)))).collect();
    insta::assert_snapshot!("html", cards.join("\n"));
    insta::assert_snapshot!("html_source", html(&card("opened"), URL));
}

/// Our own addresses, which are meant to be links.
fn without_ours(text: &str) -> String {
    let ours = format!("{URL}/requests/01JNDEM0000000000000000842/confirm/approve?step=0");
    text.replace(&ours, "").replace(&format!("{URL}/account#notifications"), "")
}

fn judge(words: &str) {
    let card = card_of(words);
    let (text, html) = (text(&card, URL), html(&card, URL));
    assert_eq!(linked(&without_ours(&text)), [""; 0], "{words:?}");
    assert_eq!(linked(&words_of(&html)), [""; 0], "{words:?}");
    let harmless = tags(&self::html(&card_of("x"), URL));
    assert_eq!(tags(&html), harmless, "{words:?} makes tags of its own");
    let isolate = |c: &char| matches!(c, '\u{2060}' | '\u{2068}' | '\u{2069}');
    for (kind, shown) in [("text", &text), ("html", &html)] {
        let seen = shown.chars().filter(|c| *c != '\n' && !isolate(c));
        assert_eq!(seen.filter(|c| is_invisible(*c)).collect::<String>(), "", "{words:?} in {kind}");
    }
    let lines = |text: &str| text.lines().count();
    assert_eq!(lines(&text), lines(&self::text(&card_of("x"), URL)), "{words:?} begins a line of its own");
}

/// THREATS D05: nothing that people wrote is markup, can be pressed, hides or begins a line.
#[test]
fn abuse_d05_hostile_words_stay_words() {
    hostile().for_each(|words| judge(&words));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    /// THREATS D05
    #[test]
    fn abuse_d05_any_words_stay_words(
        words in prop_oneof!["x[^ ]{0,300}x", "x[<>&\"'=:/@.a-z ]{0,300}x", "x(https?://|www\\.|mailto:|a@b|\\.com|。|\\r\\n|<a href=){0,30}x"],
    ) {
        judge(&words);
    }
}

/// What a connector says is copied by its reader, so it is whole: no joiner in a host name.
#[test]
fn what_is_copied_is_whole() {
    let active = card("active, to the requester");
    for shown in [text(&active, URL), html(&active, URL)] {
        assert!(shown.contains("db.acme.internal:5432"), "{shown}");
    }
    let code = Text::default().with(Span::Code("<b>\"x\"</b>\r\n-- ".into()));
    let card = Card { lead: code, ..active };
    assert!(html(&card, URL).contains("&lt;b&gt;&quot;x&quot;&lt;/b&gt; -- </code>"));
    assert!(text(&card, URL).contains("<b>\"x\"</b> --\n"));
}

/// Every button is a page that asks first (THREATS B13); only Details shows the request.
#[test]
fn every_button_leads_to_a_page_that_asks() {
    let button = |verb| {
        let token = Token { verb, request: "01JNDEM0000000000000000842".into(), step: Some(2) };
        Button { label: "x".into(), style: ButtonStyle::Plain, token }
    };
    let leads = |verb| {
        let card = Card { buttons: vec![button(verb)], ..card("opened") };
        let text = text(&card, URL);
        text.lines().find_map(|line| line.strip_prefix("x: ")).unwrap().strip_prefix(URL).unwrap().to_owned()
    };
    let request = "/requests/01JNDEM0000000000000000842";
    for (verb, page) in [
        (Verb::Approve, "/confirm/approve?step=2"),
        (Verb::Trim, "/confirm/approve?step=2"),
        (Verb::Deny, "/confirm/deny?step=2"),
        (Verb::Cancel, "/confirm/cancel?step=2"),
        (Verb::Start, "/confirm/start?step=2"),
        (Verb::End, "/confirm/end?step=2"),
        (Verb::Details, ""),
    ] {
        assert_eq!(leads(verb), format!("{request}{page}"));
    }
}

/// Nothing is fetched from anywhere when a mail is opened: no image, no font, no style sheet.
#[test]
fn a_mail_brings_everything_along() {
    for (name, card) in gallery() {
        let html = html(&card, URL);
        assert!(html.len() < 100 * 1024, "{name}: Gmail cuts what is longer than 102 KB");
        for (tag, attributes) in tags(&html) {
            assert!(!["img", "link", "script", "iframe", "form", "base"].contains(&tag.as_str()), "{name}: {tag}");
            for fetches in ["src=", "background=\"http", "url(", "@import"] {
                assert!(!attributes.contains(fetches), "{name}: {attributes}");
            }
        }
    }
}
