//! The dialects of markdown: Mattermost, Rocket.Chat, and Slack's mrkdwn for whatever is compatible with Slack.

use super::{
    OPEN,
    lines::{CUT, Line, lines, shortened},
    quiet::{filled, piece, unmarked},
};
use countersign_engine::card::{Card, Span, Text, Tone};
use serde_json::{Value, json};

/// How a dialect writes what is ours.
struct Dialect {
    /// Around strong words.
    strong: &'static str,
    /// Entities for `&`, `<` and `>` (docs.slack.dev, "Formatting message text").
    entities: bool,
}

const MATTERMOST: Dialect = Dialect { strong: "**", entities: false };
const ROCKET_CHAT: Dialect = Dialect { strong: "*", entities: false };
const SLACK: Dialect = Dialect { strong: "*", entities: true };

impl Dialect {
    fn words(&self, words: &str) -> String {
        piece(&shortened(words), |words| {
            let quiet = unmarked(words);
            match self.entities {
                true => quiet.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
                false => quiet,
            }
        })
    }
    fn strong(&self, words: &str) -> String {
        let inner = self.words(words);
        let mark = self.strong;
        if inner.trim().is_empty() { String::new() } else { format!("{mark}{}{mark}", inner.trim()) }
    }
    fn text(&self, text: &Text) -> String {
        let span = |span: &Span| match span {
            Span::Plain(words) | Span::Code(words) => self.words(words),
            Span::Strong(words) => self.strong(words),
            Span::Person(mention) => self.strong(mention.label()),
            Span::Moment(when) => self.words(&when.fallback),
        };
        text.0.iter().map(span).collect()
    }
    fn line(&self, line: &Line<'_>) -> String {
        match line {
            Line::Lead(text) | Line::Note(text) => self.text(text),
            Line::Quote(words) => format!("> {}", self.words(words)),
            Line::Field(label, text) => format!("{}: {}", self.strong(label), self.text(text)),
            Line::Step(symbol, number, text) => format!("{symbol} {number}  {}", self.text(text)),
            Line::Below(text) => format!("        ↳ {}", self.text(text)),
            Line::Cut => CUT.to_owned(),
        }
    }
    fn body(&self, card: &Card) -> String {
        // A quotation would go on over the line that follows it.
        let separate = |line: &Line<'_>| if matches!(line, Line::Quote(_)) { "\n" } else { "" };
        lines(card)
            .iter()
            .map(|line| format!("{}{}\n", self.line(line), separate(line)))
            .collect::<String>()
            .trim_end()
            .to_owned()
    }
}

fn heading(card: &Card, dialect: &Dialect) -> String {
    filled(format!("{}{}", card.tone.symbol(), dialect.words(&card.title.to_plain())))
}

fn colour(tone: Tone) -> &'static str {
    match tone {
        Tone::Waiting => "#c98a00",
        Tone::Good => "#2e7d32",
        Tone::Bad => "#c62828",
        Tone::Quiet => "#78909c",
        Tone::Alarm => "#d50000",
    }
}

/// An attachment: its title links to the console, its `fallback` is the notification.
pub(super) fn mattermost(card: &Card, link: Option<&str>) -> Value {
    let mut attachment = json!({
        "fallback": filled(MATTERMOST.words(&card.summary)),
        "color": colour(card.tone),
        "title": heading(card, &MATTERMOST),
        "text": with_link(MATTERMOST.body(card), link, |url| format!("[{OPEN}]({url})")),
    });
    if let Some(link) = link {
        attachment["title_link"] = link.into();
    }
    json!({"attachments": [attachment]})
}

/// The same; the notification is the message's own text.
pub(super) fn rocket_chat(card: &Card, link: Option<&str>) -> Value {
    let mut attachment = json!({
        "color": colour(card.tone),
        "title": heading(card, &ROCKET_CHAT),
        "text": with_link(ROCKET_CHAT.body(card), link, |url| format!("[{OPEN}]({url})")),
    });
    if let Some(link) = link {
        attachment["title_link"] = link.into();
    }
    json!({"text": filled(ROCKET_CHAT.words(&card.summary)), "attachments": [attachment]})
}

/// Text only: it is what every system understands that calls itself compatible.
pub(super) fn slack(card: &Card, link: Option<&str>) -> Value {
    let heading = SLACK.strong(&format!("{}{}", card.tone.symbol(), card.title.to_plain()));
    let text = with_link(format!("{heading}\n{}", SLACK.body(card)), link, |url| format!("<{url}|{OPEN}>"));
    json!({"text": text, "mrkdwn": true, "link_names": false, "unfurl_links": false, "unfurl_media": false})
}

fn with_link(text: String, link: Option<&str>, write: impl Fn(&str) -> String) -> String {
    match link {
        Some(url) => format!("{text}\n{}", write(url)),
        None => text,
    }
}
