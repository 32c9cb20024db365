//! `countersign demo`.
