//! Does what transitions ask for: delivery of cards.
