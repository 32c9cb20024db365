//! Tokens of buttons: nothing but what we write ourselves is read, and it fits every platform.
#![no_main]

use countersign_engine::card::Token;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(token) = text.parse::<Token>() {
        let written = token.to_string();
        assert!(text.len() <= 64 && written.len() <= 64, "Telegram's limit");
        assert_eq!(written.parse(), Ok(token.clone()));
        assert!(token.request.as_str().bytes().all(|b| b.is_ascii_alphanumeric()));
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b':' || b == b'+';
        assert!(text.bytes().all(plain), "nothing rides along: {text}");
    }
});
