//! Block Kit: within Slack's limits, and nothing in it is alive but our own moments.
#![no_main]

use countersign_fuzz::cards::words;
use countersign_kit::slack::{check_blocks, live};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let blocks: Value = countersign_slack::blocks(&words(bytes).card()).into();
    assert_eq!(live(&blocks), [""; 0]);
    assert_eq!(check_blocks(&blocks), Ok(()));
});
