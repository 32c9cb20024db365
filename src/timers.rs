//! Rings alarms that are due.
