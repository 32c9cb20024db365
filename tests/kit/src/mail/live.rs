//! Mail, read back: what a client would make a link or markup of.

/// Start tags of a page: name and attributes as written.
pub fn tags(html: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for piece in html.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap_or_default();
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        found.push((name.to_owned(), attributes.to_owned()));
    }
    found
}

/// What a client makes a link of, in words without markup. Strict: it finds more than any client does.
pub fn linked(words: &str) -> Vec<String> {
    let lower = words.to_lowercase();
    let whole = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '(' | ')');
    let live = |token: &&str| {
        let host = |c: char| matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}');
        let pairs: Vec<(char, char, char)> = {
            let c: Vec<char> = token.chars().collect();
            c.windows(3).map(|w| (w[0], w[1], w[2])).collect()
        };
        token.contains("://")
            || ["www.", "mailto:", "tel:", "javascript:", "data:"]
                .iter()
                .any(|s| token.match_indices(s).any(|(at, _)| !token[at + s.len()..].starts_with(['\u{2060}', '\0'])))
            || pairs.iter().any(|(a, b, c)| a.is_alphanumeric() && host(*b) && c.is_alphabetic())
            || pairs.iter().any(|(a, b, c)| a.is_alphanumeric() && *b == '@' && c.is_alphanumeric())
    };
    // A scheme with nothing after it is a word; the mark stands for the end of one.
    let tokens: Vec<String> = lower.split(whole).map(|token| format!("{token}\0")).collect();
    tokens.iter().map(String::as_str).filter(live).map(str::to_owned).collect()
}

/// What a page says, without its markup; a line for each piece.
pub fn words_of(html: &str) -> String {
    let shown = html.split_once("</head>").map_or(html, |(_, shown)| shown);
    let pieces: Vec<&str> =
        shown.split('<').skip(1).map(|piece| piece.split_once('>').map_or("", |(_, w)| w)).collect();
    let words = pieces.join("\n");
    ["&lt;", "&gt;", "&quot;", "&#39;", "&nbsp;"].iter().fold(words, |w, e| w.replace(e, " ")).replace("&amp;", "&")
}
