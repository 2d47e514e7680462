//! Rounding, a portable sine and cheap decimal text.

/// The nearest whole number, zero for anything below.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and below zero is meant to give zero"
)]
pub(crate) fn whole(value: f64) -> u32 {
    value.round() as u32
}

/// The value rounded to `decimals` places.
pub(crate) fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

/// Sine of an angle given in turns. A Taylor polynomial (error below 1e-7) gives the same bits on
/// every platform, which the system's own function does not promise.
pub(crate) fn sine(turns: f64) -> f64 {
    let turn = turns - turns.floor();
    let folded = match turn {
        t if t < 0.25 => t,
        t if t < 0.75 => 0.5 - t,
        t => t - 1.0,
    };
    let x = folded * std::f64::consts::TAU;
    let square = x * x;
    let inner = 1.0 - square / 72.0 * (1.0 - square / 110.0 * (1.0 - square / 156.0));
    x * (1.0 - square / 6.0 * (1.0 - square / 20.0 * (1.0 - square / 42.0 * inner)))
}

/// Cosine of an angle given in turns.
pub(crate) fn cosine(turns: f64) -> f64 {
    sine(turns + 0.25)
}

/// Appends a whole number.
pub(crate) fn push_whole(out: &mut Vec<u8>, mut value: u32) {
    let mut digits = [0_u8; 10];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = digit(value);
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// The last decimal digit as a character.
fn digit(value: u32) -> u8 {
    b'0' + u8::try_from(value % 10).expect("a digit is below ten")
}

/// Appends a count of hundred-thousandths as the feeds spell it: `8.85667`, `4.75`, `1.0`.
pub(crate) fn push_hundred_thousandths(out: &mut Vec<u8>, value: u32) {
    push_whole(out, value / 100_000);
    let mut decimals = [b'0'; 5];
    let mut rest = value % 100_000;
    for place in decimals.iter_mut().rev() {
        *place = digit(rest);
        rest /= 10;
    }
    let used = decimals.iter().rposition(|&place| place != b'0').map_or(1, |last| last + 1);
    out.push(b'.');
    out.extend_from_slice(&decimals[..used]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spelled_as_the_feeds_do() {
        let spell = |value| {
            let mut out = Vec::new();
            push_hundred_thousandths(&mut out, value);
            String::from_utf8(out).unwrap()
        };
        assert_eq!([885_667, 475_000, 100_000, 49_945, 0].map(spell), ["8.85667", "4.75", "1.0", "0.49945", "0.0"]);
        let mut out = Vec::new();
        push_whole(&mut out, 0);
        push_whole(&mut out, 4_294_967_295);
        assert_eq!(out, b"04294967295");
    }

    #[test]
    fn the_sine_follows_the_library() {
        for step in -80..80 {
            let turns = f64::from(step) / 40.0;
            let want = (turns * std::f64::consts::TAU).sin();
            assert!((sine(turns) - want).abs() < 1e-6, "{turns}");
        }
    }
}
