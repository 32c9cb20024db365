//! The app package that an administrator uploads: a manifest and two icons, zipped.

use serde_json::{Value, json};
use std::io::{Cursor, Write};
use url::Url;
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

const COLOR: &[u8] = include_bytes!("../package/color.png");
const OUTLINE: &[u8] = include_bytes!("../package/outline.png");

/// The package's bytes. `app_id` is the bot's id, `public_url` is where people reach the console, `version` is ours.
///
/// # Errors
/// None that is expected: it is written to memory.
pub fn package(app_id: &str, public_url: &str, version: &str) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let manifest = format!("{:#}\n", manifest(app_id, public_url, version));
    for (name, bytes) in [("manifest.json", manifest.as_bytes()), ("color.png", COLOR), ("outline.png", OUTLINE)] {
        zip.start_file(name, stored)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// learn.microsoft.com, "App manifest schema for Teams", version 1.16.
fn manifest(app_id: &str, public_url: &str, version: &str) -> Value {
    let scopes = ["personal", "team", "groupChat"];
    let command = |title: &str, description: &str| json!({"title": title, "description": description});
    let commands = [
        command("access", "Ask for access, with a form"),
        command("access prod-db 4h reason", "Ask for access at once"),
        command("list", "Your requests, and what waits for your vote"),
        command("status", "How your request stands"),
        command("cancel", "Take your request back"),
        command("end", "Give your access back early"),
        command("link", "Connect this account with you"),
        command("help", "What else there is"),
    ];
    let host = Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    json!({
        "$schema": "https://developer.microsoft.com/en-us/json-schemas/teams/v1.16/MicrosoftTeams.schema.json",
        "manifestVersion": "1.16",
        "version": version,
        "id": app_id,
        "packageName": "dev.countersign.teams",
        "developer": {"name": "Countersign", "websiteUrl": public_url, "privacyUrl": public_url, "termsOfUseUrl": public_url},
        "name": {"short": "Countersign", "full": "Countersign: time-bound access"},
        "description": {
            "short": "Ask for access, approve it, see it end.",
            "full": "Ask for time-bound access by a message or a form. Approvers decide on the card. Access ends by itself."
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#2F5D8A",
        "bots": [{"botId": app_id, "scopes": scopes, "supportsFiles": false, "isNotificationOnly": false,
            "commandLists": [{"scopes": scopes, "commands": commands}]}],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": host.into_iter().collect::<Vec<_>>(),
    })
}
