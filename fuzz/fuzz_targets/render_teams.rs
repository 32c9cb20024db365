//! Adaptive Cards: taken by Teams, with all buttons, and no mention or date of anybody's.
#![no_main]

use countersign_fuzz::cards::words;
use countersign_kit::teams::{check_message, live};
use countersign_teams::{MOST, message};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let card = words(bytes).card();
    let message = message(&card, &["29:1person2".to_owned()]);
    assert_eq!(live(&message), [""; 0]);
    assert_eq!(check_message(&message), Ok(()));
    let content = &message["attachments"][0]["content"];
    assert!(content.to_string().len() <= MOST);
    assert_eq!(content["actions"].as_array().map(Vec::len), Some(card.buttons.len()));
});
