//! Telegram, in this process.
