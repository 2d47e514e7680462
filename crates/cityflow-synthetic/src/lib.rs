//! A deterministic, believable Paris in the wire formats of the six feeds.
