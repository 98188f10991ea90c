//! Growing, jittered waits and random batch ids: the one place of this crate that draws random numbers.

use std::time::Duration;

use tokio::time::sleep;

/// Doubling waits between two bounds, each drawn from its upper half.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    first: Duration,
    most: Duration,
    next: Duration,
}

impl Backoff {
    pub(crate) fn new(first_ms: u64, most_ms: u64) -> Backoff {
        let first = Duration::from_millis(first_ms.max(1));
        Backoff { first, most: Duration::from_millis(most_ms.max(1)), next: first }
    }

    pub(crate) fn reset(&mut self) {
        self.next = self.first;
    }

    pub(crate) fn draw(&mut self) -> Duration {
        let now = self.next.min(self.most);
        self.next = (now * 2).min(self.most);
        let half = now / 2;
        half + half.mul_f64(rand::random::<f64>())
    }

    pub(crate) async fn wait(&mut self) {
        sleep(self.draw()).await;
    }
}

/// The delay before the given redelivery (1 is the first), doubling from `first_ms` up to `most_ms`.
pub(crate) fn growing(first_ms: u64, most_ms: u64, attempt: u64) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(u32::MAX).min(32);
    Duration::from_millis(first_ms.saturating_mul(1 << doublings).min(most_ms))
}

/// An id that no other batch has.
pub(crate) fn batch_id() -> String {
    data_encoding::BASE32_NOPAD.encode(&rand::random::<[u8; 16]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_bound_and_start_over_after_a_reset() {
        let mut backoff = Backoff::new(10, 40);
        let bounds = [(5, 10), (10, 20), (20, 40), (20, 40)];
        for (low, high) in bounds {
            let drawn = backoff.draw();
            assert!(drawn >= Duration::from_millis(low) && drawn <= Duration::from_millis(high), "{drawn:?}");
        }
        backoff.reset();
        assert!(backoff.draw() <= Duration::from_millis(10));
    }

    #[test]
    fn redelivery_delays_double_and_are_bounded() {
        let delays: Vec<_> = (1..=4).map(|attempt| growing(100, 500, attempt).as_millis()).collect();
        assert_eq!(delays, [100, 200, 400, 500]);
        assert_eq!(growing(100, 500, u64::MAX).as_millis(), 500);
    }
}
