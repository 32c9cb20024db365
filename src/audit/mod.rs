//! The audit trail: what stands in it, and how anyone can prove that nothing was changed (rule 42).

pub mod checkpoints;
pub mod csv;
pub mod entry;
pub mod health;
pub mod jsonl;
pub mod note;
pub mod reader;
pub mod tree;
pub mod verify;
