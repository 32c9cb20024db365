//! What chat systems take at their incoming webhooks, from their documentation.

use serde_json::Value;

/// What is wrong with a body, for a system of this kind; empty when it is taken.
pub fn complaints(kind: &str, body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |good: bool, what: &str| found.extend((!good).then(|| format!("{kind}: {what}")));
    let filled = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    check(body.to_string().len() <= 27 * 1024, "longer than 27 KiB");
    match kind {
        // docs.mattermost.com, "Incoming webhooks": text or attachments; a post has at most 16,383 characters.
        "mattermost" => {
            let attachments = body["attachments"].as_array().is_some_and(|list| !list.is_empty());
            check(filled(&body["text"]) || attachments, "neither text nor attachments");
            check(body["attachments"].to_string().chars().count() <= 16_383, "longer than a post");
            check(body["attachments"].as_array().into_iter().flatten().all(|a| filled(&a["fallback"])), "no fallback");
        }
        // docs.rocket.chat, "Incoming webhook scripting".
        "rocket-chat" => {
            check(filled(&body["text"]), "no text");
            check(
                body["text"].as_str().is_some_and(|text| text.chars().count() <= 5_000),
                "text over 5,000 characters",
            );
        }
        // docs.slack.dev, "Sending messages using incoming webhooks"; text over 40,000 characters is cut.
        "slack-compatible" => {
            check(filled(&body["text"]), "no text");
            check(body["text"].as_str().is_some_and(|text| text.chars().count() <= 40_000), "text is too long");
            check(body["link_names"] == false && body["unfurl_links"] == false, "names or links would be looked up");
        }
        // developers.google.com/workspace/chat, "Card v2": a header with a title, sections with widgets of one kind each.
        "google-chat" => {
            let card = &body["cardsV2"][0]["card"];
            check(filled(&body["cardsV2"][0]["cardId"]), "no cardId");
            check(filled(&card["header"]["title"]), "no title");
            for widget in card["sections"][0]["widgets"].as_array().into_iter().flatten() {
                check(widget.as_object().is_some_and(|fields| fields.len() == 1), "a widget of several kinds");
                let text = widget["textParagraph"]["text"].as_str().or(widget["decoratedText"]["text"].as_str());
                let button = widget["buttonList"]["buttons"].is_array();
                check(button || text.is_some_and(|text| !text.is_empty()), "a widget without text");
            }
        }
        // learn.microsoft.com, "Create incoming webhooks with Workflows": a message with one Adaptive Card.
        "teams-workflow" => {
            check(body["type"] == "message", "not a message");
            let attachment = &body["attachments"][0];
            check(attachment["contentType"] == "application/vnd.microsoft.card.adaptive", "not an Adaptive Card");
            check(attachment["content"]["type"] == "AdaptiveCard", "no card");
        }
        other => check(false, &format!("there is no kind {other}")),
    }
    found
}

/// Every text of a message that its readers see, one a line.
pub fn words(body: &Value) -> String {
    fn collect(value: &Value, name: &str, found: &mut Vec<String>) {
        const SHOWN: [&str; 5] = ["text", "title", "topLabel", "fallback", "fallbackText"];
        match value {
            Value::String(text) if SHOWN.contains(&name) => found.push(text.clone()),
            Value::Array(list) => list.iter().for_each(|one| collect(one, name, found)),
            Value::Object(fields) => fields.iter().for_each(|(name, one)| collect(one, name, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(body, "", &mut found);
    found.join("\n")
}
