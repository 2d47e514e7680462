//! What the end-to-end tests share: the binary, a raw bucket to fill, and the outputs to look at.
