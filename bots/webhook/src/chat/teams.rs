//! Teams by a Power Automate workflow: a message with an Adaptive Card. All words are text runs, which Teams does not
//! parse (THREATS D04); nothing can be pressed but the link.

use super::{
    OPEN,
    lines::{CUT, Line, lines, shortened},
    quiet::{filled, piece, unlinked},
};
use countersign_engine::card::{Card, Span, Text, Tone};
use serde_json::{Value, json};

pub(super) fn message(card: &Card, link: Option<&str>) -> Value {
    let mut body = vec![heading(card)];
    body.extend(lines(card).iter().map(block));
    let mut content = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": filled(unlinked(&shortened(&card.summary))),
        "body": body,
        "msteams": {"width": "Full"},
    });
    if let Some(url) = link {
        content["actions"] = json!([{"type": "Action.OpenUrl", "title": OPEN, "url": url}]);
    }
    let attachment = json!({
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": null,
        "content": content,
    });
    json!({"type": "message", "attachments": [attachment]})
}

fn heading(card: &Card) -> Value {
    let colour = match card.tone {
        Tone::Waiting => "warning",
        Tone::Good => "good",
        Tone::Bad | Tone::Alarm => "attention",
        Tone::Quiet => "default",
    };
    let title = format!("{}{}", card.tone.symbol(), words(&card.title.to_plain()));
    let run = json!({"type": "TextRun", "text": title, "weight": "bolder", "size": "medium", "color": colour});
    json!({"type": "RichTextBlock", "inlines": [run]})
}

fn block(line: &Line<'_>) -> Value {
    let (inlines, look) = match line {
        Line::Lead(text) => (runs(text), Value::Null),
        Line::Quote(quoted) => (
            vec![json!({"type": "TextRun", "text": format!("\u{201c}{}\u{201d}", words(quoted)), "italic": true})],
            Value::Null,
        ),
        Line::Field(label, text) => {
            let label = json!({"type": "TextRun", "text": format!("{}: ", words(label)), "weight": "bolder"});
            ([vec![label], runs(text)].concat(), Value::Null)
        }
        Line::Step(symbol, number, text) => {
            ([vec![run(&format!("{symbol} {number}  "))], runs(text)].concat(), "small".into())
        }
        Line::Below(text) => ([vec![run("        ↳ ")], runs(text)].concat(), "none".into()),
        Line::Note(text) => {
            let subtle = |mut run: Value| {
                run["isSubtle"] = true.into();
                run["size"] = "small".into();
                run
            };
            (runs(text).into_iter().map(subtle).collect(), "small".into())
        }
        Line::Cut => (vec![run(CUT)], Value::Null),
    };
    let mut block = json!({"type": "RichTextBlock", "inlines": inlines});
    if !look.is_null() {
        block["spacing"] = look;
    }
    block
}

fn runs(text: &Text) -> Vec<Value> {
    let strong = |words: String| json!({"type": "TextRun", "text": words, "weight": "bolder"});
    let span = |span: &Span| match span {
        Span::Plain(plain) => run(&words(plain)),
        Span::Code(plain) => json!({"type": "TextRun", "text": words(plain), "fontType": "monospace"}),
        Span::Strong(plain) => strong(words(plain)),
        Span::Person(mention) => strong(words(mention.label())),
        Span::Moment(when) => run(&words(&when.fallback)),
    };
    text.0.iter().map(span).collect()
}

fn run(text: &str) -> Value {
    json!({"type": "TextRun", "text": text})
}

fn words(words: &str) -> String {
    piece(&shortened(words), unlinked)
}
