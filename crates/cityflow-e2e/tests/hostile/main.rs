//! Damage of every kind: each ends in one clear sentence that names the object, the other feeds still finish,
//! nothing half-written is left, and what stood before is still there.

mod common;
mod killed;
mod lake;
mod objects;
mod places;
mod rows;
