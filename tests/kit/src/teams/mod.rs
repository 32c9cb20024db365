//! Teams, in this process.
