//! Cards in which every word is somebody else's.

use arbitrary::{Arbitrary, Unstructured};
use countersign_engine::{
    card::{About, Button, ButtonStyle, Card, Kind, Mark, Span, StepLine, Text, Token, Tone, Verb, When},
    id::ShortId,
};
use countersign_kit::moment;

/// The request that they are about, as it stands in addresses.
pub const REQUEST: &str = "01JNDEM0000000000000000842";
/// Where the console is.
pub const CONSOLE: &str = "https://access.acme.com";

/// A few texts that somebody wrote.
#[derive(Arbitrary, Debug)]
pub struct Words {
    texts: Vec<String>,
    shape: Vec<u8>,
}

impl Words {
    /// The same shape of card, with the same harmless word everywhere.
    pub fn tamed(&self) -> Self {
        Self { texts: self.texts.iter().map(|_| "words".to_owned()).collect(), shape: self.shape.clone() }
    }

    /// Is there anything to see in each of them?
    pub fn all_visible(&self) -> bool {
        let visible = |text: &String| !countersign_engine::words::clean(text).is_empty();
        !self.texts.is_empty() && self.texts.iter().all(visible)
    }

    fn text(&self, place: usize) -> String {
        match self.texts.is_empty() {
            true => String::new(),
            false => self.texts[place % self.texts.len()].clone(),
        }
    }

    /// Spans in the order that the shape says: neighbours of every kind.
    fn spans(&self, place: usize) -> Text {
        let shape = if self.shape.is_empty() { &[0, 1, 3, 0][..] } else { &self.shape };
        let span = |(n, kind): (usize, &u8)| {
            let words = self.text(place + n);
            match kind % 4 {
                0 => Span::Plain(words),
                1 => Span::Strong(words),
                2 => Span::Code(words),
                _ => Span::Moment(When { at: moment(18, 0), fallback: words }),
            }
        };
        Text(shape.iter().take(6).enumerate().map(span).collect())
    }

    /// All of them in every place that can hold any.
    pub fn card(&self) -> Card {
        let token = |verb| Token { verb, request: REQUEST.into(), step: Some(0) };
        let button = |verb| Button { label: self.text(9), style: ButtonStyle::Plain, token: token(verb) };
        Card {
            about: Some(About {
                request: REQUEST.into(),
                short_id: ShortId::new("req-84a2"),
                subject: self.text(8),
            }),
            kind: Kind::Request,
            tone: Tone::Waiting,
            title: self.spans(0),
            lead: self.spans(1),
            quote: Some(self.text(2)),
            fields: (0..3).map(|n| (self.text(n + 3), self.spans(n))).collect(),
            steps: (1..=3)
                .map(|number| StepLine {
                    number,
                    mark: Mark::Open,
                    text: self.spans(number),
                    below: vec![self.spans(number + 1)],
                })
                .collect(),
            notes: vec![self.spans(5), Text::plain(self.text(6))],
            buttons: vec![button(Verb::Approve), button(Verb::Deny)],
            summary: self.text(7),
        }
    }
}

/// From a fuzzer's bytes: short texts of hostile pieces, and whatever else the bytes say.
pub fn words(bytes: &[u8]) -> Words {
    let mut source = Unstructured::new(bytes);
    let shape = source.arbitrary::<[u8; 6]>().unwrap_or_default().to_vec();
    let rest = String::from_utf8_lossy(source.take_rest()).into_owned();
    Words { texts: rest.split('\u{1f}').take(4).map(str::to_owned).collect(), shape }
}
