//! One writer a feed, in the wire format of its publisher.

pub(crate) mod arrondissements;
pub(crate) mod bikes;
pub(crate) mod chantiers;
pub(crate) mod comptages;
pub(crate) mod csv;
pub(crate) mod referentiel;
pub(crate) mod traffic;
pub(crate) mod weather;

/// Compact JSON with a final newline left out, as the APIs answer.
pub(crate) fn json_bytes(value: &serde_json::Value) -> Vec<u8> {
    serde_json::to_vec(value).expect("a JSON value has text keys and finite numbers")
}
