//! From a file to a policy: what a file must hold besides its form, with the line of what does not.

use std::ops::Range;

use toml::Spanned;

use super::condition::{Category, Condition, Number};
use super::file::{Asked, Cell, Contrast, EndFile, File, Interval, ModalityFile, RowFile, Visits};
use super::row::{End, ModalityRule, Months, Review, Row, Test, Timing};
use super::{After, ContrastRule, Error, General, Modality, Policy, Status, Then, incomplete};

/// Longest interval that a file may allow, in months: beyond it a missing scan would go unnoticed for too long.
const MONTHS_MAX: u8 = 36;
/// Latest visit and longest follow-up that a file may set, in years.
const YEARS_MAX: u8 = 50;
/// Longest time before or after the due day that a file may allow.
const DAYS_MAX: u16 = 120;
/// Highest risk between two scans that a file may accept.
const RISK_MAX: f64 = 0.5;
/// Most rows, and most alternatives of a row.
const ROWS_MAX: usize = 64;
/// Longest name of a policy, in bytes: what a decision can name.
const NAME_BYTES_MAX: usize = 64;

/// A file under check.
struct Check<'a> {
    text: &'a str,
}

pub(super) fn policy(text: &str) -> Result<Policy, Error> {
    let check = Check { text };
    let file: File = toml::from_str(text).map_err(|error| {
        let what = error.message().replace('\n', ", ");
        let what = incomplete::file(text, &error).unwrap_or(what);
        check.error(&error.span().unwrap_or_default(), &what)
    })?;
    check.policy(file)
}

impl Check<'_> {
    fn error(&self, span: &Range<usize>, what: &str) -> Error {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        Error { line: before.matches('\n').count() + 1, what: what.to_owned() }
    }

    fn require(&self, span: Range<usize>, holds: bool, what: &str) -> Result<(), Error> {
        if holds { Ok(()) } else { Err(self.error(&span, what)) }
    }

    fn text(&self, text: &Spanned<String>, what: &str) -> Result<String, Error> {
        self.require(text.span(), !text.get_ref().trim().is_empty(), what)?;
        Ok(text.get_ref().clone())
    }

    /// The content of a cell that names its source.
    fn cell<'b, T: Cell>(&self, cell: &'b Spanned<T>) -> Result<&'b T, Error> {
        let holds = !cell.get_ref().source().trim().is_empty();
        self.require(cell.span(), holds, "source must say where this comes from, or why it was chosen")?;
        Ok(cell.get_ref())
    }

    fn policy(&self, file: File) -> Result<Policy, Error> {
        let name = self.text(&file.name, "name must not be empty")?;
        let plain = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
        let holds = name.len() <= NAME_BYTES_MAX && name.chars().all(plain);
        let what = "name must be at most 64 letters, digits, and signs of - _ .";
        self.require(file.name.span(), holds, what)?;
        let general = self.general(&file)?;
        let holds = (1..=ROWS_MAX).contains(&file.row.len());
        self.require(0..0, holds, "a policy needs at least one [[row]] and at most 64")?;
        let mut rows: Vec<Row> = Vec::with_capacity(file.row.len());
        for written in &file.row {
            let row = self.row(written.get_ref(), written.span())?;
            let name = written.get_ref().name.span();
            let holds = rows.iter().all(|it| it.name != row.name);
            self.require(name.clone(), holds, "another row has this name; give each its own")?;
            rows.push(row);
        }
        for (index, row) in rows.iter().enumerate() {
            let mut others = rows.iter().enumerate().filter(|(other, _)| *other != index);
            let stricter = others.find(|(other, it)| row.never_beats(it, *other < index));
            let Some((_, stricter)) = stricter else { continue };
            let what = format!(
                "row {} can never decide: whoever meets it meets row {}, which asks for no later scan; \
                 narrow that row or remove this one",
                row.name, stricter.name
            );
            let span = file.row.get(index).map(|it| it.get_ref().name.span());
            return Err(self.error(&span.unwrap_or_default(), &what));
        }
        let shortest = rows.iter().filter_map(Row::shortest_months).min();
        let what = "no row has an interval: add [row.interval] or [row.visits] to one";
        let shortest_months = shortest.ok_or_else(|| self.error(&(0..0), what))?;
        Ok(Policy {
            name,
            version: self.text(&file.version, "version must not be empty")?,
            date: file.date,
            source: self.text(&file.source, "source must say what the policy follows")?,
            general,
            rows,
            shortest_months,
            digest: [0; 16],
        })
    }

    fn general(&self, file: &File) -> Result<General, Error> {
        let risk = self.cell(&file.risk)?.between_scans_max;
        let what = "between_scans_max must be above 0 and at most 0.5";
        self.require(file.risk.span(), risk > 0.0 && risk <= RISK_MAX, what)?;
        let window = self.cell(&file.window)?;
        let report = self.cell(&file.report)?;
        for (span, days, what) in [
            (
                file.window.span(),
                window.opens_before_days,
                "opens_before_days must be between 1 and 120 days",
            ),
            (
                file.window.span(),
                window.overdue_after_days,
                "overdue_after_days must be between 1 and 120 days",
            ),
            (file.report.span(), report.within_days, "within_days must be between 1 and 120 days"),
        ] {
            self.require(span, (1..=DAYS_MAX).contains(&days), what)?;
        }
        Ok(General {
            risk_status: file.risk.get_ref().status,
            window_status: window.status,
            risk_between_scans_max: risk,
            opens_before_days: window.opens_before_days,
            overdue_after_days: window.overdue_after_days,
            report_within_days: report.within_days,
            pet_counts: self.cell(&file.pet)?.counts,
            contrast: file.contrast.as_ref().map(|it| self.contrast(it)).transpose()?,
        })
    }

    fn contrast(&self, contrast: &Spanned<Contrast>) -> Result<ContrastRule, Error> {
        let Contrast { iodinated, gadolinium, .. } = *self.cell(contrast)?;
        let what = "a modality that avoids iodinated contrast is MR, and one that avoids gadolinium is CT";
        self.require(contrast.span(), (iodinated, gadolinium) == (Modality::Mr, Modality::Ct), what)?;
        Ok(ContrastRule { iodinated, gadolinium })
    }

    fn row(&self, row: &RowFile, span: Range<usize>) -> Result<Row, Error> {
        let timing = match (&row.interval, &row.visits) {
            (Some(interval), None) => Some(self.interval(interval)?),
            (None, Some(visits)) => Some(self.visits(visits)?),
            (None, None) => None,
            (Some(_), Some(visits)) => {
                return Err(self.error(&visits.span(), "a row has [row.interval] or [row.visits], not both"));
            }
        };
        let review = row.review.as_ref().map(|it| self.cell(it)).transpose()?;
        let review = review.map(|it| Review { text: it.text.clone(), at_once: it.at_once });
        let what = "the row is incomplete: it needs [row.interval], [row.visits] or [row.review]";
        self.require(span.clone(), timing.is_some() || review.is_some(), what)?;
        for (missing, what) in [
            (row.modality.is_none(), "the row is incomplete: an interval needs [row.modality]"),
            (row.end.is_none(), "the row is incomplete: an interval needs [row.end]"),
        ] {
            self.require(span.clone(), timing.is_none() || !missing, what)?;
        }
        let mut tests = Vec::new();
        for test in &row.test {
            let it = self.cell(test)?;
            self.require(test.span(), !it.name.trim().is_empty(), "name must say which test")?;
            tests.push(Test { name: it.name.clone(), when: it.when, source: it.source.clone() });
        }
        let modality = row.modality.as_ref().map(|it| self.modality(it)).transpose()?;
        let end = row.end.as_ref().map(|it| self.end(it)).transpose()?;
        Ok(Row {
            name: self.text(&row.name, "name must not be empty")?,
            title: self.text(&row.title, "title must say what the row is for")?,
            status: row.status,
            source: self.text(&row.source, "source must say where the row comes from")?,
            conditions: self.conditions(row)?,
            condition_status: condition_status(row),
            footing: footing(row),
            first_scan: self.first_scan(row, timing.as_ref())?,
            timing,
            modality: modality.unwrap_or(ModalityRule {
                preferred: Modality::Mr,
                other: None,
                alternate: false,
                mr_below_age_years: None,
            }),
            end: end.unwrap_or(End { years: None, then: Then::Lifelong }),
            tests,
            review,
        })
    }

    fn conditions(&self, row: &RowFile) -> Result<Vec<Condition>, Error> {
        let all = self.condition(self.cell(&row.when)?, row.when.span())?;
        let what = "no patient can meet this condition";
        self.require(row.when.span(), !all.is_empty(), what)?;
        self.require(row.when.span(), row.any.len() <= ROWS_MAX, "a row has at most 64 [[row.any]]")?;
        let mut conditions = Vec::with_capacity(row.any.len().max(1));
        for any in &row.any {
            let one = self.condition(self.cell(any)?, any.span())?;
            let what = "an alternative that asks for nothing makes the others idle: remove one";
            self.require(any.span(), !one.is_anybody(), what)?;
            let both = all.and(&one);
            self.require(any.span(), !both.is_empty(), "no patient can meet this together with [row.when]")?;
            let idle = conditions.iter().any(|it| both.is_within(it));
            self.require(any.span(), !idle, "another alternative covers this one: remove it")?;
            conditions.push(both);
        }
        if conditions.is_empty() {
            conditions.push(all);
        }
        Ok(conditions)
    }

    fn condition(&self, asked: &Asked, span: Range<usize>) -> Result<Condition, Error> {
        let mut it = Condition::anybody();
        let sets = [
            (Category::Grade, asked.grade.as_ref().map(|it| it.iter().map(|it| *it as u8).collect())),
            (Category::Nodes, asked.n.as_ref().map(|it| it.iter().map(|it| *it as u8).collect())),
            (Category::Distant, asked.m.as_ref().map(|it| it.iter().map(|it| *it as u8).collect())),
            (Category::Margin, asked.margin.as_ref().map(|it| it.iter().map(|it| *it as u8).collect())),
            (Category::Liver, asked.liver.as_ref().map(|it| it.iter().map(|it| *it as u8).collect())),
            (Category::Deposits, asked.deposits.map(|it| vec![u8::from(it)])),
            (Category::Symptoms, asked.symptoms.map(|it| vec![u8::from(it)])),
            (Category::Rising, asked.rising_marker.map(|it| vec![u8::from(it)])),
            (Category::Raised, asked.raised_5hiaa.map(|it| vec![u8::from(it)])),
        ];
        for (category, values) in sets {
            let Some(values): Option<Vec<u8>> = values else { continue };
            it = it.among(category, values);
        }
        for (number, from, to, max) in [
            (Number::Ki67, asked.ki67_above_percent, asked.ki67_at_most_percent, 100.0),
            (Number::HazardRatio, asked.hazard_ratio_from, asked.hazard_ratio_below, 1000.0),
            (Number::Years, asked.years_from, asked.years_below, f64::from(YEARS_MAX)),
            (
                Number::EventFreeYears,
                asked.event_free_years_from,
                asked.event_free_years_below,
                f64::from(YEARS_MAX),
            ),
        ] {
            for bound in [from, to].into_iter().flatten() {
                let what = "a bound must be 0 or more, Ki-67 at most 100 %, years at most 50";
                self.require(span.clone(), (0.0..=max).contains(&bound), what)?;
            }
            it = from.into_iter().fold(it, |it, bound| it.from(number, bound));
            it = to.into_iter().fold(it, |it, bound| it.to(number, bound));
        }
        Ok(it)
    }

    fn months(&self, span: Range<usize>, min: u8, max: u8) -> Result<Months, Error> {
        let holds = (1..=MONTHS_MAX).contains(&min) && (1..=MONTHS_MAX).contains(&max);
        self.require(span.clone(), holds, "months_min and months_max must be between 1 and 36 months")?;
        self.require(span, min <= max, "months_max must not be below months_min")?;
        Ok(Months { min, max })
    }

    fn interval(&self, interval: &Spanned<Interval>) -> Result<Timing, Error> {
        let it = self.cell(interval)?;
        let months = self.months(interval.span(), it.months_min, it.months_max)?;
        let after = it.after.unwrap_or(After::Scan);
        let what = "the model shortens only an interval after a scan: set model = false";
        self.require(interval.span(), after == After::Scan || !it.model, what)?;
        Ok(Timing::Interval { months, model: it.model, after })
    }

    fn visits(&self, visits: &Spanned<Visits>) -> Result<Timing, Error> {
        let months = &self.cell(visits)?.months;
        let first = months.first().is_some_and(|first| (1..=u16::from(MONTHS_MAX)).contains(first));
        self.require(visits.span(), first, "the first visit must come after 1 to 36 months")?;
        let ascending = months.windows(2).all(|pair| match pair {
            [one, next] => one < next && next - one <= u16::from(MONTHS_MAX),
            _ => true,
        });
        let what = "visits must ascend, each at most 36 months after the one before";
        self.require(visits.span(), ascending, what)?;
        let last = months.last().is_some_and(|it| *it <= u16::from(YEARS_MAX) * 12);
        self.require(visits.span(), last, "the last visit must come within 50 years")?;
        Ok(Timing::Visits(months.clone()))
    }

    fn first_scan(&self, row: &RowFile, timing: Option<&Timing>) -> Result<Option<Months>, Error> {
        let Some(first) = &row.first_scan else { return Ok(None) };
        let it = self.cell(first)?;
        let months = self.months(first.span(), it.months_min, it.months_max)?;
        let Some(Timing::Interval { months: interval, .. }) = timing else {
            return Err(self.error(&first.span(), "a first scan goes with [row.interval]"));
        };
        let holds = months.min <= interval.min && months.max <= interval.max;
        self.require(first.span(), holds, "the first scan must not be later than the others")?;
        Ok(Some(months))
    }

    fn modality(&self, modality: &Spanned<ModalityFile>) -> Result<ModalityRule, Error> {
        let it = self.cell(modality)?;
        let (preferred, other) = match it.order.as_slice() {
            [one] => (*one, None),
            [one, other] if one != other => (*one, Some(*other)),
            _ => {
                return Err(self.error(&modality.span(), "order must name CT, MR or both, each once"));
            }
        };
        let what = "alternate needs two modalities in order";
        self.require(modality.span(), !it.alternate || other.is_some(), what)?;
        let age = it.mr_below_age_years;
        let holds = age.is_none_or(|it| it <= 120);
        self.require(modality.span(), holds, "mr_below_age_years must be at most 120 years")?;
        Ok(ModalityRule { preferred, other, alternate: it.alternate, mr_below_age_years: age })
    }

    fn end(&self, end: &Spanned<EndFile>) -> Result<End, Error> {
        let it = self.cell(end)?;
        let holds = it.years.is_none_or(|it| (1..=YEARS_MAX).contains(&it));
        self.require(end.span(), holds, "years must be between 1 and 50")?;
        let holds = it.years.is_none() == (it.then == Then::Lifelong);
        self.require(
            end.span(),
            holds,
            "then = \"lifelong\" has no years; \"review\" and \"ended\" need them",
        )?;
        Ok(End { years: it.years, then: it.then })
    }
}

/// How each condition is founded: no better than what is asked of all and than the alternative itself.
fn condition_status(row: &RowFile) -> Vec<Status> {
    let all = row.when.get_ref().status;
    let any = row.any.iter().map(|it| it.get_ref().status);
    let each: Vec<Status> = any.map(|it| if it as u8 > all as u8 { it } else { all }).collect();
    if each.is_empty() { vec![all] } else { each }
}

/// How the other parts of a row are founded.
fn footing(row: &RowFile) -> Vec<(&'static str, Status)> {
    fn of<T: Cell>(what: &'static str, cell: Option<&Spanned<T>>) -> Option<(&'static str, Status)> {
        Some((what, cell?.get_ref().status()))
    }
    let parts = [
        of("the interval", row.interval.as_ref()),
        of("the visits", row.visits.as_ref()),
        of("the first scan", row.first_scan.as_ref()),
        of("the modality", row.modality.as_ref()),
        of("the end of follow-up", row.end.as_ref()),
        of("what must be reviewed", row.review.as_ref()),
        of("the tests", row.test.iter().max_by_key(|it| it.get_ref().status as u8)),
    ];
    parts.into_iter().flatten().collect()
}
