//! The audit trail: what stands in it, and how anyone can prove that nothing was changed.

pub mod entry;
pub mod tree;
