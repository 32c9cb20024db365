//! Cards for chat systems' incoming webhooks, read back: what of them is more than words.

use super::words;
use serde_json::Value;

/// Everything in a body for a system of this kind that it would make a mention, a link or markup of, or that hides; empty
/// when there is nothing. Our own marks, and our own link to `page`, are meant.
pub fn live(kind: &str, body: &Value, page: &str) -> Vec<String> {
    let sly = |line: &str| line.contains(|c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\0' | '\u{1b}' | '\u{200b}'));
    words(body)
        .lines()
        .filter(|line| alive(kind, line, page).is_some() || odd_stars(kind, line) || sly(line))
        .map(|line| format!("{kind}: {line:?} is alive: {:?}", alive(kind, line, page)))
        .collect()
}

/// What a system would take for more than words, in a line of its own markup.
fn alive(kind: &str, line: &str, page: &str) -> Option<String> {
    let text = match kind {
        "slack-compatible" => line.replace(&format!("<{page}|Open in Countersign>"), ""),
        _ => line.replace(&format!("[Open in Countersign]({page})"), ""),
    };
    let google = kind == "google-chat";
    let markdown = matches!(kind, "mattermost" | "rocket-chat" | "slack-compatible");
    let chars: Vec<char> = text.chars().collect();
    let joined = |a: &str| text.contains(a).then(|| a.to_owned());
    let mention = chars.windows(2).find(|w| w[0] == '@' && w[1] != '\u{2060}' && !w[1].is_whitespace());
    let place = chars.windows(2).find(|w| matches!(w[0], '#' | '~') && w[1] != '\u{2060}' && !w[1].is_whitespace());
    // An escaped apostrophe is `&#39;` there.
    let place = place.filter(|w| !google || w[1] != '3');
    let name = chars.windows(3).find(|w| w[0].is_alphanumeric() && w[1] == '.' && w[2].is_alphanumeric());
    let open = match google {
        true => ["<users", "<a", "<script", "<img", "<https", "<!", "<@", "<at"].iter().find_map(|tag| joined(tag)),
        false => chars.windows(2).find(|w| w[0] == '<' && w[1] != '\u{2060}').map(String::from_iter),
    };
    let code = markdown.then(|| ["`", "~~", "__", "***"].iter().find_map(|mark| joined(mark))).flatten();
    ["://", "](", "{{", "www.", "||", "\\*"]
        .iter()
        .find_map(|mark| joined(mark))
        .or(mention.map(String::from_iter))
        .or(place.map(String::from_iter))
        .or(name.map(String::from_iter))
        .or(open)
        .or(code)
}

/// Bold of our own comes in pairs, and nobody's words hold a star.
fn odd_stars(kind: &str, line: &str) -> bool {
    !matches!(kind, "google-chat" | "teams-workflow") && line.matches('*').count() % 2 == 1
}
