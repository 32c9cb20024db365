//! Discord's components: within the limits, and as much alive as with harmless words.
#![no_main]

use countersign_fuzz::{cards::words, sly};
use countersign_kit::discord::{check_message, live, texts};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|bytes: &[u8]| {
    let words = words(bytes);
    let components: Value = countersign_discord::components(&words.card()).into();
    let ours = |entity: &String| entity == "<t:1772560800:f>";
    let alive = live(&components);
    assert!(alive.entities.iter().all(ours), "{:?}", alive.entities);
    assert!(!alive.markup.iter().any(|mark| mark == "link"), "a masked link");
    for text in texts(&components) {
        assert!(!text.contains(sly), "{text:?}");
    }
    let message = json!({"flags": 1 << 15, "components": components, "allowed_mentions": {"parse": []}});
    assert_eq!(check_message(&message), Ok(()));
});
