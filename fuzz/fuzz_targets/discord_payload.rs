//! Discord's interactions: read tolerantly, ids that are safe in addresses, nobody from elsewhere.
#![no_main]

use countersign_discord::{
    Identity,
    inbound::{Interaction, What, parse},
};
use countersign_engine::json::DEPTH;
use countersign_fuzz::depth;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

const GUILD: &str = "900000000000000001";

fuzz_target!(|text: &str| {
    let Ok(value) = parse(text) else { return };
    assert!(depth(&value) <= DEPTH);
    let Ok(read) = Interaction::read(value.clone()) else { return };
    if read.what != What::Ping {
        assert!(!read.id.is_empty() && read.id.bytes().all(|b| b.is_ascii_digit()));
        let safe = |b: u8| b.is_ascii_alphanumeric() || b"-_=.".contains(&b);
        assert!(!read.token.is_empty() && read.token.bytes().all(safe) && !read.token.contains(".."));
    }
    if let What::Typed(options) | What::Typing(_, options) = &read.what {
        let _ = options.heard();
        assert!(options.get("no such option").is_empty() || text.contains("no such option"));
    }
    let us = Identity { application: "9".into(), guilds: Arc::new(|| [GUILD.to_owned()].into()) };
    if let Ok(account) = us.account(&read.origin) {
        assert_eq!(value["application_id"], "9");
        let user = if value["member"]["user"].is_null() { &value["user"] } else { &value["member"]["user"] };
        assert_eq!(user["id"], account.user.as_str());
        assert!(user["bot"] != true && user["system"] != true);
        assert!(value["guild_id"].is_null() || value["guild_id"] == GUILD);
        assert!(value["authorizing_integration_owners"]["1"].is_null(), "installed by a user");
    }
});
