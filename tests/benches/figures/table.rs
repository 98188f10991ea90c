//! The table that is printed: a figure, its floor, the ratio, what was wanted. No judgement but that.

use std::fmt;
use std::time::Duration;

/// All figures of a run.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

struct Row {
    figure: String,
    ours: String,
    floor: String,
    ratio: f64,
    wanted: Wanted,
}

/// What a ratio should be.
#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

impl Table {
    /// Adds a row, and prints it at once, because the table itself comes late.
    pub(crate) fn row(
        &mut self,
        figure: impl Into<String>,
        ours: impl Into<String>,
        floor: impl Into<String>,
        ratio: f64,
        wanted: Wanted,
    ) {
        let row = Row { figure: figure.into(), ours: ours.into(), floor: floor.into(), ratio, wanted };
        println!("{row}");
        self.rows.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<44} {:>14} {:>14} {:>7} {:>8}", "figure", "ours", "floor", "ratio", "wanted")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wanted, reached) = match self.wanted {
            Wanted::AtLeast(least) => (format!("≥ {least}"), self.ratio >= least),
            Wanted::AtMost(most) => (format!("≤ {most}"), self.ratio <= most),
        };
        let reached = if reached { "reached" } else { "MISSED" };
        let Row { figure, ours, floor, ratio, .. } = self;
        write!(f, "{figure:<44} {ours:>14} {floor:>14} {ratio:>7.2} {wanted:>8} {reached}")
    }
}

/// The middle one; of nothing, not a number.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The middle one of the ratios of what was measured in turn.
pub(crate) fn ratio(ours: &[f64], floor: &[f64]) -> f64 {
    median(ours.iter().zip(floor).map(|(ours, floor)| ours / floor).collect())
}

/// How many a second.
pub(crate) fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// As `12345/s`.
pub(crate) fn per_second(rate: f64) -> String {
    format!("{rate:.0}/s")
}
