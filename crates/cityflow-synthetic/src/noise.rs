//! Stateless noise: every draw is a hash of the seed, a stream and two coordinates.

/// What a draw is for: two streams never share their noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Node,
    Capacity,
    Load,
    ArcState,
    RoleOrder,
    Flow,
    ArcDay,
    Missing,
    HourOrder,
    Rain,
    Episode,
    Temperature,
    Wind,
    Cloud,
    CounterPlace,
    CounterBase,
    BikeHour,
    BikeMissing,
    StationPlace,
    StationLevel,
    Incident,
    IncidentTime,
    Works,
    Lift,
    Bus,
    Id,
    Roadwork,
    RoadworkShape,
}

/// The seed of a city.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noise {
    seed: u64,
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of splitmix64.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed: mix(seed.wrapping_add(GOLDEN)) }
    }

    /// 64 bits for the place (`a`, `b`) of a stream.
    pub(crate) fn bits(self, stream: Stream, a: u64, b: u64) -> u64 {
        let lane = (stream as u64 + 1).wrapping_mul(GOLDEN);
        let first = mix(self.seed ^ lane.wrapping_add(a.wrapping_mul(0xD1B5_4A32_D192_ED03)));
        mix(first ^ b.wrapping_mul(GOLDEN))
    }

    /// Uniform in `[0, 1)`.
    pub(crate) fn unit(self, stream: Stream, a: u64, b: u64) -> f64 {
        (self.bits(stream, a, b) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Triangular in `(-1, 1)`, centred on zero.
    pub(crate) fn spread(self, stream: Stream, a: u64, b: u64) -> f64 {
        spread_of(self.bits(stream, a, b))
    }

    /// Uniform in `[low, high)`.
    pub(crate) fn between(self, stream: Stream, a: u64, b: u64, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit(stream, a, b)
    }

    /// An index below `count`, which must not be zero.
    pub(crate) fn below(self, stream: Stream, a: u64, b: u64, count: usize) -> usize {
        let scaled = (self.bits(stream, a, b) >> 32) * (count as u64 & 0xFFFF_FFFF);
        usize::try_from(scaled >> 32).expect("smaller than `count`, which is a usize")
    }

    /// True with the probability `share`.
    pub(crate) fn chance(self, stream: Stream, a: u64, b: u64, share: f64) -> bool {
        self.unit(stream, a, b) < share
    }

    /// A value in `(-1, 1)` that moves smoothly along `at`, with one knot every `step`.
    pub(crate) fn smooth(self, stream: Stream, at: u64, step: u64) -> f64 {
        let knot = at / step;
        let part = (at % step) as f64 / step as f64;
        let eased = part * part * (3.0 - 2.0 * part);
        let (from, to) = (self.spread(stream, knot, 0), self.spread(stream, knot + 1, 0));
        from + (to - from) * eased
    }
}

/// Triangular in `(-1, 1)` from the two halves of `bits`.
pub(crate) fn spread_of(bits: u64) -> f64 {
    let scale = f64::from(u32::MAX) + 1.0;
    ((bits >> 32) as f64 + (bits & 0xFFFF_FFFF) as f64) / scale - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_its_place_alone() {
        let noise = Noise::new(1);
        assert_eq!(noise.bits(Stream::Flow, 3, 4), noise.bits(Stream::Flow, 3, 4));
        assert_ne!(noise.bits(Stream::Flow, 3, 4), noise.bits(Stream::Flow, 4, 3));
        assert_ne!(noise.bits(Stream::Flow, 3, 4), noise.bits(Stream::Rain, 3, 4));
        assert_ne!(noise.bits(Stream::Flow, 3, 4), Noise::new(2).bits(Stream::Flow, 3, 4));
    }

    #[test]
    fn draws_spread_evenly() {
        let noise = Noise::new(9);
        let mean = (0..10_000).map(|at| noise.unit(Stream::Flow, 7, at)).sum::<f64>() / 1e4;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        assert!((0..1000).all(|at| noise.below(Stream::Flow, at, 0, 3) < 3));
    }
}
