//! Reading and rounding numbers as every feed does.

/// What a cell says about a number. Empty text and `NaN` are null, which is not zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// A finite number.
    Number(f64),
    /// Empty, `null`, `NaN`: no value.
    Null,
    /// Something else, to be counted as `nombre_illisible`.
    Unreadable,
}

impl Cell {
    /// Reads the text of a cell. The decimal mark is a dot; a comma is unreadable rather than guessed.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if is_null_text(text) {
            return Self::Null;
        }
        let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
        match text.parse::<f64>() {
            Ok(value) if plain && value.is_finite() => Self::Number(value + 0.0),
            _ => Self::Unreadable,
        }
    }

    /// Reads a JSON value: a number, or a text that holds one.
    pub fn of_json(value: Option<&serde_json::Value>) -> Self {
        match value {
            None | Some(serde_json::Value::Null) => Self::Null,
            Some(serde_json::Value::Number(number)) => match number.as_f64() {
                Some(value) if value.is_finite() => Self::Number(value + 0.0),
                _ => Self::Unreadable,
            },
            Some(serde_json::Value::String(text)) => Self::parse(text),
            Some(_) => Self::Unreadable,
        }
    }
}

/// Whether a text stands for "no value".
pub fn is_null_text(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("nan") || text.eq_ignore_ascii_case("null")
}

/// `100 × part / whole`, in percent; null when the whole is zero.
pub fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
}

/// Arithmetic mean of the values, null when there is none.
pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.into_iter().fold((0.0, 0_u64), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// Sum of the values, null when there is none: nothing measured is not zero.
pub fn sum(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    values.into_iter().fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
}

/// Where the largest value stands, the earliest on a tie; null without a value.
pub fn peak(values: &[Option<f64>]) -> Option<usize> {
    let mut largest: Option<(usize, f64)> = None;
    for (at, value) in values.iter().enumerate() {
        if let Some(value) = value.filter(|value| largest.is_none_or(|(_, held)| *value > held)) {
            largest = Some((at, value));
        }
    }
    largest.map(|(at, _)| at)
}

/// Median of the values, null when there is none.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    Some(if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_and_nan_are_null_and_zero_is_zero() {
        assert_eq!(Cell::parse(" "), Cell::Null);
        assert_eq!(Cell::parse("NaN"), Cell::Null);
        assert_eq!(Cell::parse("0"), Cell::Number(0.0));
        assert_eq!(Cell::parse("-0").clone(), Cell::Number(0.0));
    }

    #[test]
    fn a_decimal_comma_or_an_infinity_is_unreadable() {
        for text in ["12,5", "inf", "1e999", "abc", "1_000", "0x10"] {
            assert_eq!(Cell::parse(text), Cell::Unreadable, "{text}");
        }
    }

    #[test]
    fn the_earliest_of_the_largest_values_is_the_peak() {
        assert_eq!(peak(&[None, Some(2.0), Some(7.0), None, Some(7.0)]), Some(2));
        assert_eq!(peak(&[None, Some(0.0)]), Some(1), "a zero is a value");
        assert_eq!(peak(&[None, None]), None);
    }

    #[test]
    fn nothing_sums_to_null() {
        assert_eq!(sum([]), None);
        assert_eq!(mean([]), None);
        assert_eq!(percent(0, 0), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0, 10.0]), Some(2.5));
    }
}
