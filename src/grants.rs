//! Drives connectors.
