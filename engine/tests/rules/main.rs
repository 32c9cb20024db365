//! The rules of SEMANTICS.md, as conversations. One file a topic; every test names its rule.

// The house lint knows tests by their attribute; what these helpers unwrap is test input all the same.
#![allow(clippy::unwrap_used)]

mod random;
mod watcher;
mod world;

mod abuse;
mod chain;
mod clocks;
mod directory;
mod explain;
mod grants;
mod lengths;
mod matrix;
mod properties;
mod reassess;
mod recover;
mod satisfiable;
mod standing;
mod steering;
mod tightened;
mod view;
mod votes;
mod workflow;
