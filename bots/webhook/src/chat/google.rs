//! Google Chat: a card of widgets (developers.google.com/workspace/chat/api/reference/rest/v1/cards), whose text is a small
//! subset of HTML. One thread per request.

use super::{
    OPEN,
    lines::{CUT, Line, lines, shortened},
    quiet::{filled, piece, unlinked},
};
use countersign_engine::card::{Card, Span, Text};
use serde_json::{Value, json};

pub(super) fn message(card: &Card, link: Option<&str>) -> Value {
    let mut widgets: Vec<Value> = lines(card).iter().map(widget).collect();
    if let Some(url) = link {
        let button = json!({"text": OPEN, "onClick": {"openLink": {"url": url}}});
        widgets.push(json!({"buttonList": {"buttons": [button]}}));
    }
    let name = card.about.as_ref().map_or("test", |about| about.short_id.as_str());
    // A header is plain text; nothing in it is parsed.
    let title = filled(format!("{}{}", card.tone.symbol(), unlinked(&shortened(&card.title.to_plain()))));
    let sections = if widgets.is_empty() { json!([]) } else { json!([{"widgets": widgets}]) };
    json!({
        "cardsV2": [{"cardId": name, "card": {"header": {"title": title}, "sections": sections}}],
        "thread": {"threadKey": name},
    })
}

fn widget(line: &Line<'_>) -> Value {
    let paragraph = |html: String| json!({"textParagraph": {"text": html}});
    match line {
        Line::Lead(text) | Line::Note(text) => paragraph(rich(text)),
        Line::Quote(quoted) => paragraph(format!("<i>\u{201c}{}\u{201d}</i>", words(quoted))),
        Line::Field(label, text) => {
            json!({"decoratedText": {"topLabel": filled(unlinked(&shortened(label))), "text": rich(text), "wrapText": true}})
        }
        Line::Step(symbol, number, text) => paragraph(format!("{symbol} {number}  {}", rich(text))),
        Line::Below(text) => paragraph(format!("\u{2003}↳ {}", rich(text))),
        Line::Cut => paragraph(CUT.to_owned()),
    }
}

fn rich(text: &Text) -> String {
    let strong = |inner: String| if inner.trim().is_empty() { inner } else { format!("<b>{inner}</b>") };
    let span = |span: &Span| match span {
        Span::Plain(plain) | Span::Code(plain) => words(plain),
        Span::Strong(plain) => strong(words(plain)),
        Span::Person(mention) => strong(words(mention.label())),
        Span::Moment(when) => words(&when.fallback),
    };
    let html: String = text.0.iter().map(span).collect();
    filled(html)
}

fn words(words: &str) -> String {
    piece(&shortened(words), |words| {
        let quiet = unlinked(words).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        quiet.replace('"', "&quot;").replace('\'', "&#39;")
    })
}
