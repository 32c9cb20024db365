//! A mail server, in this process.
