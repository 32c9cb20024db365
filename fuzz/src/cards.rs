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

/// The lead's place.
const LEAD: usize = 10;

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

    /// Without fixed width, whose words are to be copied and are left whole where a platform has no markup for it.
    pub fn without_code(mut self) -> Self {
        self.shape.iter_mut().for_each(|kind| *kind = if *kind % 4 == 2 { 1 } else { *kind % 4 });
        self
    }

    /// Spans in the order that the shape says. As the engine has it, plain words stand between what is marked, and fixed
    /// width only in the lead and in fields.
    fn spans(&self, place: usize) -> Text {
        let shape = if self.shape.is_empty() { &[0, 1, 3, 0][..] } else { &self.shape };
        let span = |(n, kind): (usize, &u8)| {
            let words = self.text(place + n);
            match kind % 4 {
                0 => Span::Plain(words),
                2 if place >= LEAD => Span::Code(words),
                1 | 2 => Span::Strong(words),
                _ => Span::Moment(When { at: moment(18, 0), fallback: words }),
            }
        };
        let between = || Span::Plain(" · ".to_owned());
        Text(shape.iter().take(6).enumerate().flat_map(|place| [span(place), between()]).collect())
    }

    /// All of them in every place that can hold any.
    pub fn card(&self) -> Card {
        let token = |verb| Token { verb, request: REQUEST.into(), step: Some(0) };
        let button = |verb| Button { label: self.text(9), style: ButtonStyle::Plain, token: token(verb) };
        Card {
            about: Some(About { request: REQUEST.into(), short_id: ShortId::new("req-84a2"), subject: self.text(8) }),
            kind: Kind::Request,
            tone: Tone::Waiting,
            title: self.spans(0),
            lead: self.spans(LEAD),
            quote: Some(self.text(2)),
            fields: (0..2).map(|n| (self.text(n + 3), self.spans(LEAD + n))).collect(),
            steps: (1..=2)
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
