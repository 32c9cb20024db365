//! The connector against a real server: `COUNTERSIGN_TEST_POSTGRES=postgres://admin:password@host:port/database`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod check;
mod down;
mod grant;
mod hold;
mod hostile;
mod recipe;
mod revoke;
mod world;
