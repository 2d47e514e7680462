//! What can be wrong with a row of this feed. Each check gives the value that is kept and the rule broken.

use serde_json::Value;

use crate::geo::{Point, PointCell};
use crate::numbers::{Cell, is_null_text};
use crate::quality::Rule;

/// Largest credible count of one counter, bikes per hour (contract, section 3).
pub const MAX_BIKES_PER_HOUR: f64 = 10_000.0;

/// Largest credible number of bikes or docks at one station. The contract gives no limit of its own; that of
/// the counters catches negative and absurd numbers alike.
pub const MAX_AT_STATION: f64 = 10_000.0;

/// A checked field: what is kept of it, and the rule that it breaks.
pub type Checked<T> = (Option<T>, Option<Rule>);

/// The id of a sensor. A lone `*`, which the feeds really write, names none.
pub fn readable_id(text: &str) -> Option<&str> {
    (!is_null_text(text) && text.chars().any(char::is_alphanumeric)).then_some(text)
}

/// An hourly count.
pub fn count(cell: Cell) -> Checked<f64> {
    match cell {
        Cell::Number(value) if (0.0..=MAX_BIKES_PER_HOUR).contains(&value) => (Some(value), None),
        Cell::Number(_) => (None, Some(Rule::CountOutOfRange)),
        Cell::Null => (None, None),
        Cell::Unreadable => (None, Some(Rule::UnreadableNumber)),
    }
}

/// A number of bikes or docks at a station: whole.
pub fn stock(cell: Cell) -> Checked<u32> {
    match cell {
        Cell::Number(value) if !(0.0..=MAX_AT_STATION).contains(&value) => (None, Some(Rule::CountOutOfRange)),
        Cell::Number(value) if value.fract() == 0.0 => (Some(whole(value)), None),
        Cell::Null => (None, None),
        Cell::Number(_) | Cell::Unreadable => (None, Some(Rule::UnreadableNumber)),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0..=MAX_AT_STATION and whole")]
const fn whole(value: f64) -> u32 {
    value as u32
}

/// A yes or no: `true`, `1` and their opposites.
pub fn flag(value: Option<&Value>) -> Checked<bool> {
    if let Some(Value::Bool(flag)) = value {
        return (Some(*flag), None);
    }
    match stock(Cell::of_json(value)) {
        (Some(number @ 0..=1), _) => (Some(number == 1), None),
        (None, None) => (None, None),
        _ => (None, Some(Rule::UnreadableNumber)),
    }
}

/// A place.
pub const fn place(cell: PointCell) -> Checked<Point> {
    match cell {
        PointCell::At(point) => (Some(point), None),
        PointCell::Null => (None, None),
        PointCell::OutOfRange => (None, Some(Rule::CoordinatesOutOfRange)),
        PointCell::Unreadable => (None, Some(Rule::UnreadableGeometry)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_outside_its_limits_is_nulled_and_the_limits_themselves_count() {
        assert_eq!(count(Cell::Number(10_000.0)), (Some(10_000.0), None));
        assert_eq!(count(Cell::Number(0.0)), (Some(0.0), None));
        assert_eq!(count(Cell::Number(10_001.0)), (None, Some(Rule::CountOutOfRange)));
        assert_eq!(count(Cell::Number(-1.0)), (None, Some(Rule::CountOutOfRange)));
        assert_eq!(count(Cell::Null), (None, None));
    }

    #[test]
    fn bikes_at_a_station_are_whole() {
        assert_eq!(stock(Cell::Number(3.0)), (Some(3), None));
        assert_eq!(stock(Cell::Number(-1.0)), (None, Some(Rule::CountOutOfRange)));
        assert_eq!(stock(Cell::Number(2.5)), (None, Some(Rule::UnreadableNumber)));
    }

    #[test]
    fn a_star_names_no_counter() {
        for text in ["*", "", "NaN", "null", "-"] {
            assert_eq!(readable_id(text), None, "{text}");
        }
        assert_eq!(readable_id("100-1"), Some("100-1"));
    }
}
