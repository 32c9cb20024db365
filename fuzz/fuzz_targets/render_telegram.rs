//! Telegram's text and entities: within the limits, nothing that its servers would find, our own kinds only.
#![no_main]

use countersign_fuzz::{cards::words, sly};
use countersign_kit::telegram::{check_message, live};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let body = countersign_telegram::message(&words(bytes).card());
    let text = body["text"].as_str().expect("a text");
    assert_eq!(live(text, &body["entities"]), [""; 0], "{text}");
    assert!(!text.contains(sly), "{text:?}");
    let ours = ["bold", "italic", "code", "blockquote", "date_time"];
    for entity in body["entities"].as_array().expect("entities") {
        assert!(ours.contains(&entity["type"].as_str().unwrap_or_default()), "{entity}");
    }
    assert_eq!(check_message(&body), Ok(()));
});
