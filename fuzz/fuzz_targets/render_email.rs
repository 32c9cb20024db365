//! Mail: no tag, no link and no line but ours, in HTML and in text.
#![no_main]

use countersign_email::{html, text};
use countersign_engine::words::is_invisible;
use countersign_fuzz::cards::{CONSOLE, words};
use countersign_kit::mail::{linked, tags, words_of};
use libfuzzer_sys::fuzz_target;

/// Without our own addresses, which are meant to be links.
fn foreign(text: &str) -> String {
    text.split_whitespace()
        .filter(|word| !word.trim_matches(['<', '>']).starts_with(&format!("{CONSOLE}/")))
        .collect::<Vec<_>>()
        .join(" ")
}

fuzz_target!(|bytes: &[u8]| {
    let words = words(bytes).without_code();
    let card = words.card();
    let (text, html) = (text(&card, CONSOLE), html(&card, CONSOLE));
    assert_eq!(linked(&foreign(&text)), [""; 0], "{text}");
    assert_eq!(linked(&foreign(&words_of(&html))), [""; 0], "{html}");
    for (name, attributes) in tags(&html) {
        let own = [
            "!doctype",
            "!DOCTYPE",
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "div",
            "table",
            "tbody",
            "tr",
            "td",
            "th",
            "p",
            "a",
            "strong",
            "b",
            "code",
            "span",
            "blockquote",
            "br",
            "hr",
            "em",
            "h1",
            "h2",
            "ul",
            "li",
            "small",
            "!--",
        ];
        let name = name.trim_start_matches('/');
        assert!(own.contains(&name), "<{name} {attributes}>");
        if let Some((_, href)) = attributes.split_once("href=\"") {
            assert!(href.starts_with(&format!("{CONSOLE}/")), "{attributes}");
        }
        assert!(!attributes.contains(" on"), "{attributes}");
    }
    let isolate = |c: &char| matches!(c, '\u{2060}' | '\u{2068}' | '\u{2069}');
    for shown in [&text, &html] {
        assert!(!shown.chars().any(|c| c != '\n' && !isolate(&c) && is_invisible(c)), "{shown:?}");
    }
    if words.all_visible() {
        let harmless = words.tamed().card();
        assert_eq!(text.lines().count(), countersign_email::text(&harmless, CONSOLE).lines().count(), "{text}");
        assert_eq!(tags(&html), tags(&countersign_email::html(&harmless, CONSOLE)));
    }
});
