//! Block Kit, read back: what of it is more than words.

use serde_json::Value;

/// Everything in these blocks that Slack would make a mention, a link, a line of its own or an emoji of, apart from our
/// moments; empty when there is nothing.
pub fn live(blocks: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(blocks, &mut found);
    found
}

fn walk(value: &Value, found: &mut Vec<String>) {
    match (value["type"].as_str(), value["text"].as_str()) {
        (Some("mrkdwn"), Some(text)) => {
            // Without it Slack looks for links and names in bare text.
            found.extend((value["verbatim"] != true).then(|| format!("not verbatim: {text}")));
            found.extend(
                entities(text).filter(|entity| !is_moment(entity)).map(|entity| format!("<{entity}> in {text}")),
            );
            found.extend(sly(text));
        }
        (Some("plain_text"), Some(text)) => {
            found.extend((value["emoji"] != false).then(|| format!("emoji are looked for: {text}")));
            let copied = ["<!", "<@", "<#"].into_iter().filter(|live| text.contains(live));
            found.extend(copied.map(|live| format!("{live} in {text}")));
            found.extend(text.contains('\n').then(|| format!("a line of its own: {text}")));
            found.extend(sly(text));
        }
        _ => {}
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| walk(field, found)),
        _ => {}
    }
}

/// Slack reads everything between `<` and `>` as an entity (docs.slack.dev, "Formatting text for app surfaces").
fn entities(mrkdwn: &str) -> impl Iterator<Item = &str> {
    mrkdwn.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(rest))
}

fn is_moment(entity: &str) -> bool {
    let shape = entity.strip_prefix("!date^").and_then(|rest| rest.split_once("^{date_short_pretty} {time}|"));
    shape.is_some_and(|(stamp, words)| {
        let digits = stamp.strip_prefix('-').unwrap_or(stamp);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && !words.contains(['^', '|'])
    })
}

fn sly(text: &str) -> Option<String> {
    let sly = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\0' | '\u{1b}');
    text.contains(sly).then(|| format!("hidden characters in {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_slack_makes_live_is_found() {
        let mrkdwn =
            |text: &str| json!([{"type": "section", "text": {"type": "mrkdwn", "verbatim": true, "text": text}}]);
        for text in ["<!channel>", "<@U1>", "a <https://evil.example|x>", "<!date^1^{date}|x>", "\u{202e}"] {
            assert!(!live(&mrkdwn(text)).is_empty(), "{text}");
        }
        for text in ["*a*", "&lt;!channel&gt;", "<!date^1^{date_short_pretty} {time}|18:00 UTC>"] {
            assert_eq!(live(&mrkdwn(text)), [""; 0], "{text}");
        }
        assert!(!live(&json!({"type": "mrkdwn", "text": "x"})).is_empty(), "not verbatim");
        assert!(!live(&json!({"type": "plain_text", "text": "x"})).is_empty(), "with emoji");
        assert!(!live(&json!({"type": "plain_text", "emoji": false, "text": "<!here>"})).is_empty());
    }
}
