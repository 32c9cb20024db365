//! Supervises bots.
