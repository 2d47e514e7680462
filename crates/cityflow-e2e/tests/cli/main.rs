//! The command line as a stranger meets it: same input, same bytes; clear refusals; output that machines can read.

mod bytes;
mod documents;
mod generated;
mod usage;
