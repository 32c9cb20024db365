//! Discord, in this process.
