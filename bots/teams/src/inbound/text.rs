//! The words of a message, without what Teams puts around them.

use serde_json::Value;

/// What was typed, without the mention of us and without a leading `access`; `None` when there are no words at all.
/// Mentions of others become their names. (learn.microsoft.com, "Channel and group chat conversations": the text holds
/// each mention as it stands in its entity.)
pub(super) fn command(activity: &Value) -> Option<String> {
    let mut text = activity["text"].as_str()?.replace("&nbsp;", " ");
    let bare = |id: &Value| id.as_str().map(|id| id.trim_start_matches("28:").to_lowercase());
    let us = bare(&activity["recipient"]["id"]);
    for entity in activity["entities"].as_array().into_iter().flatten().filter(|entity| entity["type"] == "mention") {
        let Some(written) = entity["text"].as_str().filter(|written| !written.is_empty()) else { continue };
        let name = match bare(&entity["mentioned"]["id"]) {
            id if id.is_some() && id == us => "",
            _ => written.trim_start_matches("<at>").trim_end_matches("</at>"),
        };
        text = text.replace(written, name);
    }
    let text = text.trim();
    let rest =
        text.get(.."access".len()).filter(|word| word.eq_ignore_ascii_case("access")).map(|word| &text[word.len()..]);
    match rest {
        Some(rest) if rest.is_empty() || rest.starts_with(char::is_whitespace) => Some(rest.trim().to_owned()),
        _ => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_mention_of_us_is_no_word() {
        let text = |text: &str| {
            let mention = |id: &str, name: &str| json!({"type": "mention", "mentioned": {"id": id, "name": name}, "text": format!("<at>{name}</at>")});
            command(&json!({"text": text, "recipient": {"id": "28:us"}, "entities": [
                null, {"type": "clientInfo"}, mention("28:us", "Countersign"), mention("29:ann", "Ann")]}))
        };
        for (typed, meant) in [
            ("<at>Countersign</at> prod-db 4h", "prod-db 4h"),
            ("<at>Countersign</at>&nbsp;/access prod-db 4h with <at>Ann</at>\n", "/access prod-db 4h with Ann"),
            ("access", ""),
            ("ACCESS prod-db 4h", "prod-db 4h"),
            ("accessory 4h", "accessory 4h"),
            ("<at>Countersign</at>", ""),
            ("zażółć", "zażółć"),
        ] {
            assert_eq!(text(typed).as_deref(), Some(meant), "{typed}");
        }
        assert_eq!(command(&json!({"text": null})), None);
    }
}
