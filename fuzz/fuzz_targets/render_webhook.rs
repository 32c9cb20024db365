//! Cards for incoming webhooks of five kinds: within their limits, and nothing alive but the link to our page.
#![no_main]

use countersign_fuzz::cards::{CONSOLE, words};
use countersign_kit::webhooks::{complaints, live};
use countersign_webhook::{Kind, message};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let card = words(bytes).card();
    for (kind, key) in Kind::ALL {
        let body = message(kind, &card, CONSOLE);
        assert_eq!(live(key, &body, &format!("{CONSOLE}/requests/req-84a2")), [""; 0]);
        assert_eq!(complaints(key, &body), [""; 0]);
    }
});
