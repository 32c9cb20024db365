//! Telegram's updates and the secret that comes with them: read tolerantly, never in another's name.
#![no_main]

use countersign_engine::json::DEPTH;
use countersign_fuzz::depth;
use countersign_telegram::{
    inbound::{Update, What, parse},
    path, same,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (secret, text) = input;
    let ours = "fuzz-0123456789abcdef0123456789abcdef";
    assert_eq!(same(secret, ours), secret == ours);
    let path = path(&secret.to_owned().into());
    assert!(path.len() == 64 && path.bytes().all(|b| b.is_ascii_hexdigit()));

    let Ok(value) = parse(text) else { return };
    assert!(depth(&value) <= DEPTH);
    let Ok(update) = Update::read(&value) else {
        return assert!(value["update_id"].as_i64().is_none());
    };
    assert_eq!(Some(update.id), value["update_id"].as_i64());
    match &update.what {
        What::Wrote(message) => {
            let from = &value["message"]["from"];
            assert_eq!(message.from.map(|user| user.id), from["id"].as_i64().filter(|id| *id > 0));
            let is_bot = from["is_bot"].as_bool().unwrap_or(false);
            assert!(message.from.is_none_or(|user| user.is_bot == is_bot), "a bot stays one");
            assert!(!message.text.contains('\u{2060}'));
            if let Some((command, _)) = message.command("countersign_bot") {
                assert!(!command.contains(char::is_whitespace) && message.text.contains('/'));
            }
            let set = |name: &str| !value["message"][name].is_null();
            assert!(message.borrowed || !(set("forward_origin") || set("sender_chat") || set("via_bot")));
        }
        What::Pressed(press) => {
            let query = &value["callback_query"];
            assert_eq!(Some(press.from.id), query["from"]["id"].as_i64());
            assert!(press.from.id > 0 && press.message.is_none_or(|id| query["message"]["message_id"] == id));
        }
        What::Membership(chat, _) => assert_eq!(value["my_chat_member"]["chat"]["id"], *chat),
        What::Other => {}
    }
});
