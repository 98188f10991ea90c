//! Words of the command line that stand for something: statuses, orders, states, days. What is none of them is wrong
//! usage, said before anything is asked.

use jiff::civil::Date;
use lacteal_wire::api::{QuarantineState, WorklistOrder};
use lacteal_wire::event::Status;

use crate::client::STATUSES;

const ORDERS: [(&str, WorklistOrder); 3] =
    [("urgency", WorklistOrder::Unspecified), ("due", WorklistOrder::Due), ("risk", WorklistOrder::Risk)];
const STATES: [(&str, QuarantineState); 4] = [
    ("open", QuarantineState::Open),
    ("replayed", QuarantineState::Replayed),
    ("discarded", QuarantineState::Discarded),
    ("any", QuarantineState::Unspecified),
];

pub(super) fn status(word: &str) -> Result<Status, String> {
    one_of(word, &STATUSES)
}

pub(super) fn order(word: &str) -> Result<WorklistOrder, String> {
    one_of(word, &ORDERS)
}

pub(super) fn state(word: &str) -> Result<QuarantineState, String> {
    one_of(word, &STATES)
}

pub(super) fn day(word: &str) -> Result<Date, String> {
    let is_whole = word.len() == "YYYY-MM-DD".len();
    let day = word.parse().ok().filter(|_| is_whole);
    day.ok_or_else(|| "write a day as YYYY-MM-DD".to_owned())
}

/// The value of a word, written in any case.
fn one_of<T: Copy>(word: &str, words: &[(&str, T)]) -> Result<T, String> {
    let wanted = word.to_ascii_lowercase().replace('_', "-");
    let found = words.iter().find(|(known, _)| *known == wanted);
    let all = || words.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
    found.map(|(_, value)| *value).ok_or_else(|| format!("use one of {}", all()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_any_case_and_others_are_told_which_there_are() {
        assert_eq!(status("Needs_Review"), Ok(Status::NeedsReview));
        assert_eq!(state("any"), Ok(QuarantineState::Unspecified));
        assert_eq!(order("urgent").unwrap_err(), "use one of urgency, due, risk");
    }

    #[test]
    fn a_day_is_a_whole_one() {
        assert_eq!(day("2026-02-28").unwrap().to_string(), "2026-02-28");
        for wrong in ["2026-02-29", "2026-02", "2.1.1970", "2026-02-28T10:00", "tomorrow", ""] {
            assert!(day(wrong).unwrap_err().contains("YYYY-MM-DD"), "{wrong}");
        }
    }
}
