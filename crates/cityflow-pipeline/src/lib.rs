//! From a raw bucket to stored metrics.
