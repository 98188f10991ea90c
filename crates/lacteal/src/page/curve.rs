//! A curve with its band, drawn with plain characters: it must read the same in a terminal, a log and an e-mail.

/// Columns of the plot.
const COLUMNS: usize = 61;
/// Rows of the plot.
const ROWS: usize = 10;
/// Upper ends of the scale, as probabilities: the lowest that holds the whole band is used.
const TOPS: [f64; 8] = [0.05, 0.10, 0.20, 0.30, 0.40, 0.50, 0.70, 1.0];
/// What arithmetic may add to a probability.
const ROUNDING: f64 = 1e-9;

/// A point of a curve: years, lower end of the band, value, upper end; all but the years from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) years: f64,
    pub(crate) low: f64,
    pub(crate) value: f64,
    pub(crate) high: f64,
}

/// The lines of the drawing: `*` is the curve, `:` its band. Empty without at least two points in order of years.
pub(crate) fn draw(points: &[Point]) -> Vec<String> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let in_order = points.windows(2).all(|pair| matches!(pair, [a, b] if a.years < b.years));
    let finite = points.iter().all(|it| [it.years, it.low, it.value, it.high].iter().all(|n| n.is_finite()));
    if points.len() < 2 || !in_order || !finite {
        return Vec::new();
    }
    let highest = points.iter().map(|it| it.high.max(it.value)).fold(0.0, f64::max);
    let top = TOPS.into_iter().find(|top| highest <= *top + ROUNDING).unwrap_or(1.0);
    let span = last.years - first.years;
    let columns: Vec<Point> = (0..COLUMNS)
        .map(|column| at(points, first.years + span * column as f64 / (COLUMNS - 1) as f64))
        .collect();
    let row_of = |value: f64| {
        let up = (value / top).clamp(0.0, 1.0) * (ROWS - 1) as f64;
        ROWS - 1 - up.round() as usize
    };
    let mut lines = Vec::with_capacity(ROWS + 2);
    for row in 0..ROWS {
        let cells: String = columns
            .iter()
            .map(|it| match () {
                () if row_of(it.value) == row => '*',
                () if (row_of(it.high)..=row_of(it.low)).contains(&row) => ':',
                () => ' ',
            })
            .collect();
        let share = top * (ROWS - 1 - row) as f64 / (ROWS - 1) as f64;
        let label = if row % 3 == 0 { format!("{:>5.1} %", share * 100.0) } else { " ".repeat(7) };
        lines.push(format!("{label} |{}", cells.trim_end()));
    }
    lines.push(format!("{:7} +{}", "", "-".repeat(COLUMNS)));
    lines.push(years_line(first.years, span));
    lines
}

/// The labels below the axis, six of them.
fn years_line(first: f64, span: f64) -> String {
    let mut line = " ".repeat(9);
    for tick in 0..=5_usize {
        let column = 9 + (COLUMNS - 1) * tick / 5;
        let label = format!("{}", (first + span * tick as f64 / 5.0).round());
        let begin = column.saturating_sub(label.len() - 1);
        line.extend(std::iter::repeat_n(' ', begin.saturating_sub(line.len())));
        line.push_str(&label);
    }
    line.push_str(" years");
    line
}

/// The point at these years, on the line between its neighbours.
fn at(points: &[Point], years: f64) -> Point {
    let after = points.iter().position(|it| it.years >= years).unwrap_or(points.len() - 1);
    let before = after.saturating_sub(1);
    let (Some(a), Some(b)) = (points.get(before), points.get(after)) else {
        return Point { years, low: 0.0, value: 0.0, high: 0.0 };
    };
    let span = b.years - a.years;
    let part = if span > 0.0 { ((years - a.years) / span).clamp(0.0, 1.0) } else { 1.0 };
    let between = |a: f64, b: f64| a + (b - a) * part;
    Point {
        years,
        low: between(a.low, b.low),
        value: between(a.value, b.value),
        high: between(a.high, b.high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rising(factor: f64) -> Vec<Point> {
        (0..=20)
            .map(|half| {
                let years = f64::from(half) / 2.0;
                let value = factor * years / 10.0;
                Point { years, low: value * 0.5, value, high: value * 1.5 }
            })
            .collect()
    }

    #[test]
    fn a_rising_curve_goes_from_the_lower_left_to_the_upper_right_within_its_band() {
        let lines = draw(&rising(0.2));
        assert_eq!(lines.len(), ROWS + 2);
        assert!(lines[0].starts_with(" 30.0 % |"), "{lines:#?}");
        assert!(lines[ROWS - 1].starts_with("  0.0 % |*"), "{lines:#?}");
        let star_of = |line: &String| line.find('*');
        let stars: Vec<usize> = lines[..ROWS].iter().rev().filter_map(star_of).collect();
        assert!(stars.len() >= 6 && stars.is_sorted(), "{lines:#?}");
        let last = |line: &String| line.chars().nth(9 + COLUMNS - 1);
        let column: String = lines[..ROWS].iter().filter_map(last).collect();
        assert!(column.starts_with(':') && column.contains('*'), "{column}");
        assert!(lines[ROWS + 1].ends_with("10 years"), "{lines:#?}");
    }

    #[test]
    fn the_scale_is_the_lowest_that_holds_the_band() {
        for (factor, label) in [(0.03, "  5.0 %"), (0.1, " 20.0 %"), (0.6, "100.0 %")] {
            assert!(draw(&rising(factor))[0].starts_with(label), "{factor}");
        }
    }

    #[test]
    fn what_is_no_curve_is_not_drawn_and_only_plain_characters_are_used() {
        let point = Point { years: 0.0, low: 0.0, value: 0.0, high: 0.0 };
        assert!(draw(&[]).is_empty() && draw(&[point]).is_empty() && draw(&[point, point]).is_empty());
        let broken = Point { value: f64::NAN, years: 1.0, ..point };
        assert!(draw(&[point, broken]).is_empty());
        assert!(draw(&rising(0.4)).iter().all(|line| line.is_ascii() && line.len() <= 80));
    }
}
