//! Typed text as Discord's Markdown. What people wrote is escaped: it can neither mention, link, nor change how anything
//! looks (THREATS D02, A01). A backslash takes a character its meaning; where Discord looks at the bare text, for mentions
//! and addresses, a word joiner breaks it, which nobody sees.

use countersign_engine::{
    card::{Span, Text, When},
    words::is_invisible,
};
use std::borrow::Cow;

/// Breaks what would be found in bare text.
const JOINER: char = '\u{2060}';

/// How long Discord finds a text, or longer: it counts characters, we count UTF-16 units.
pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Discord's Markdown for typed text, cut to `max` units between characters, never inside an escape. Never empty: Discord
/// refuses empty texts.
pub(crate) fn marked(text: &Text, max: usize) -> String {
    let mut out = Pen::new(max);
    for span in &text.0 {
        match span {
            Span::Plain(words) => out.words(words),
            Span::Strong(words) => out.within("**", words),
            Span::Code(words) => out.code(words),
            Span::Person(mention) => out.within("**", mention.label()),
            Span::Moment(when) => out.moment(when),
        }
    }
    out.done()
}

/// Escaped words on one line.
pub(crate) fn escaped(words: &str, max: usize) -> String {
    marked(&Text::plain(words), max)
}

/// Words for the places that Discord does not parse: labels, choices. Cut by characters.
pub(crate) fn unparsed(words: &str, max: usize) -> String {
    let line = tidy(words);
    match line.chars().count() {
        0 => "–".to_owned(),
        count if count <= max => line,
        _ => line.chars().take(max.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// Writes within a budget.
struct Pen {
    text: String,
    left: usize,
    full: bool,
    /// Only spaces and digits so far: what would begin a list, a heading or a quotation still could.
    at_start: bool,
}

impl Pen {
    fn new(max: usize) -> Self {
        Self { text: String::new(), left: max.saturating_sub(1), full: false, at_start: true }
    }
    fn done(mut self) -> String {
        match (self.full, self.text.trim().is_empty()) {
            (true, _) => self.text.push('…'),
            (false, true) => self.text.push('–'),
            (false, false) => {}
        }
        self.text
    }
    /// All of it or nothing.
    fn put(&mut self, piece: &str) {
        let needed = units(piece);
        self.full = self.full || needed > self.left;
        if !self.full {
            self.left -= needed;
            self.text.push_str(piece);
        }
    }
    fn words(&mut self, words: &str) {
        let spaced = |edge: Option<char>| edge.is_some_and(char::is_whitespace);
        if spaced(words.chars().next()) && !self.text.is_empty() {
            self.put(" ");
        }
        let tidy = tidy(words);
        self.letters(&tidy);
        if spaced(words.chars().next_back()) && !tidy.is_empty() {
            self.put(" ");
        }
    }
    fn letters(&mut self, line: &str) {
        let letters: Vec<char> = line.chars().collect();
        for at in 0..letters.len() {
            let piece = escape(&letters, at, self.at_start);
            self.at_start = self.at_start && (letters[at].is_ascii_digit() || letters[at] == ' ');
            self.put(&piece);
        }
    }
    /// Words between two marks.
    fn within(&mut self, mark: &str, words: &str) {
        let inner = tidy(words);
        if inner.is_empty() || self.left < 2 * mark.len() + 2 {
            self.full = self.full || !inner.is_empty();
            return;
        }
        self.put(mark);
        self.at_start = false;
        self.left -= mark.len(); // for the closing mark
        self.letters(&inner);
        self.text.push_str(mark);
    }
    /// Fixed width: a backslash has no meaning in it, so its own mark is replaced.
    fn code(&mut self, words: &str) {
        let inner: String = tidy(words).chars().map(|c| if c == '`' { 'ʼ' } else { c }).collect();
        if inner.is_empty() || self.left < 4 {
            self.full = self.full || !inner.is_empty();
            return;
        }
        self.put("`");
        self.at_start = false;
        self.left -= 1; // for the closing mark
        let letters: Vec<char> = inner.chars().collect();
        for at in 0..letters.len() {
            let broken: String =
                [Some(letters[at]), breaks_after(&letters, at).then_some(JOINER)].into_iter().flatten().collect();
            self.put(&broken);
        }
        self.text.push('`');
    }
    /// Shown in the reader's own language and time zone.
    fn moment(&mut self, when: &When) {
        self.put(&format!("<t:{}:f>", when.at.timestamp()));
        self.at_start = false;
    }
}

/// A character of somebody's words, without a meaning.
fn escape(letters: &[char], at: usize, at_start: bool) -> Cow<'static, str> {
    let c = letters[at];
    let special = match c {
        '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '[' | ']' => true,
        '#' | '>' | '-' | '+' | '.' | ')' => at_start,
        ':' => {
            letters[at + 1..].iter().take_while(|c| !c.is_whitespace()).any(|c| *c == ':') || before_slash(letters, at)
        }
        _ => false,
    };
    match (special, breaks_after(letters, at)) {
        (false, false) => c.to_string().into(),
        (true, false) => format!("\\{c}").into(),
        (false, true) => format!("{c}{JOINER}").into(),
        (true, true) => format!("\\{c}{JOINER}").into(),
    }
}

fn before_slash(letters: &[char], at: usize) -> bool {
    letters.get(at + 1) == Some(&'/')
}

/// Is this the place at which a mention or an address in bare text is broken?
fn breaks_after(letters: &[char], at: usize) -> bool {
    let ahead = |words: &[&str]| {
        words.iter().any(|word| {
            let mut next = letters[at + 1..].iter();
            word.chars().all(|w| next.next().is_some_and(|c| c.eq_ignore_ascii_case(&w)))
        })
    };
    let behind = |words: &[&str]| {
        words.iter().any(|word| {
            let mut last = letters[..=at].iter().rev();
            word.chars().rev().all(|w| last.next().is_some_and(|c| c.eq_ignore_ascii_case(&w)))
        })
    };
    match letters[at] {
        '<' => letters.get(at + 1).is_some_and(|c| !c.is_whitespace()),
        '@' => ahead(&["everyone", "here"]),
        ':' => before_slash(letters, at),
        // Invitations are found without a scheme.
        'd' | 'D' | 'p' | 'P' => ahead(&["."]) && behind(&["discord", "discordapp"]),
        'w' | 'W' => ahead(&["."]) && behind(&["www"]),
        _ => false,
    }
}

/// One line of what can be seen (THREATS A01). First-strong isolates stay: the engine sets right-to-left words apart with
/// them.
pub(crate) fn tidy(words: &str) -> String {
    let isolate = |c: char| matches!(c, '\u{2068}' | '\u{2069}');
    let spaced = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    let line: String = spaced.filter(|c| isolate(*c) || !is_invisible(*c)).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
