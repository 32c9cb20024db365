//! Secrets never leave (S13, THREATS E07): the real server with a canary in every secret setting, really used and really
//! refused, at the log level that says everything; then every place where a secret could have gone is searched.

#![allow(clippy::unwrap_used)]

mod echo;
mod hunt;
mod plant;
mod server;
mod settings;
mod told;
mod untold;
