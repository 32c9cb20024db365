//! Receivers of webhooks, in this process.
