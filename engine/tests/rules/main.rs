//! The rules of SEMANTICS.md, as conversations. One file a topic; every test names its rule.

mod world;

mod chain;
mod clocks;
mod explain;
mod grants;
mod matrix;
mod properties;
mod random;
mod reassess;
mod satisfiable;
mod standing;
mod steering;
mod votes;
mod workflow;
