//! Other people's words, made harmless to read (THREATS A01).

/// One line without anything invisible: control characters, bidirectional overrides, zero-width characters, tags.
/// What can be seen stays; a line break becomes a space.
pub fn clean(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .filter(|c| !is_invisible(*c))
        .collect();
    visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// At most `max` characters, with `…` where something is missing. What [`outside`] set apart stays set apart.
pub fn cut(text: &str, max: usize) -> String {
    if text.char_indices().nth(max).is_none() {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(max.saturating_sub(2)).collect();
    let open = kept.matches('\u{2068}').count() > kept.matches('\u{2069}').count();
    let last = text.chars().nth(max.saturating_sub(2)).filter(|c| !open && max > 1 && *c != '\u{2068}');
    kept.extend(last);
    kept.push('…');
    kept.extend(open.then_some('\u{2069}'));
    kept
}

/// Cleaned, cut, and set apart where it is written from right to left, so that it cannot reorder our own words.
pub fn outside(text: &str, max: usize) -> String {
    let text = cut(&clean(text), max);
    match text.chars().any(is_right_to_left) {
        true => format!("\u{2068}{text}\u{2069}"),
        false => text,
    }
}

/// Does a word of it mix alphabets whose letters look alike, as `Аdmin` with a Cyrillic first letter does? Such a name is
/// not shown; the e-mail stands for it.
pub fn is_lookalike(text: &str) -> bool {
    let latin = |c: char| matches!(c, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}');
    let alike = |c: char| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{530}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}');
    text.split_whitespace().any(|word| word.contains(latin) && word.contains(alike))
}

/// Does this character show nothing by itself, or change how others are shown: a control character, a bidirectional
/// override or isolate, a zero-width character, a tag? The one list of them.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// THREATS A01
    #[test]
    fn abuse_a01_nothing_invisible_survives() {
        assert_eq!(clean("Al\u{200b}ice\u{202e} nimdA\0"), "Alice nimdA");
        assert_eq!(clean(" a\n\tb\u{2028}c  "), "a b c");
        assert_eq!(clean("zażółć 日本 🔒"), "zażółć 日本 🔒");
        assert_eq!(outside("שרה", 10), "\u{2068}שרה\u{2069}");
    }

    /// THREATS A01
    #[test]
    fn abuse_a01_lookalikes_are_told() {
        for name in ["\u{410}dmin", "Ali\u{441}e", "\u{39f}tto Muster"] {
            assert!(is_lookalike(name), "{name}");
        }
        for name in ["Alice", "Алиса", "Άλις Smith", "Łukasz Żak", "日本 Taro"] {
            assert!(!is_lookalike(name), "{name}");
        }
    }

    #[test]
    fn cutting_counts_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(cut("ab", 1), "…");
        assert_eq!(cut("a \u{2068}שרה\u{2069} b", 6), "a \u{2068}ש…\u{2069}");
    }
}
