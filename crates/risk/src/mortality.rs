//! Death of other causes: the probability of being alive, by age and sex, out of a life table.
//!
//! A table holds, for each age in whole years, the probability of dying within the year. Within a year the hazard is
//! constant. Nobody's own illness but age and sex is known here, and the deaths of the tumour itself are in such a
//! table too, though few.

use lacteal_clinical::finding::Sex;
use sha2::{Digest, Sha256};

/// The table that is built in.
const US_2017: &str = include_str!("../tables/us-2017.csv");

/// Why a life table is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A line is not `age,male,female`.
    #[error("life table, line {line}: {reason}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// The comments do not say what the table is.
    #[error("life table: there must be a comment line {0:?}")]
    Header(&'static str),
    /// Too few ages.
    #[error("life table: it must go from age 0 to 100 at least")]
    Ages,
}

/// A life table that passed all checks.
#[derive(Clone, Debug, PartialEq)]
pub struct LifeTable {
    name: String,
    source: String,
    digest: [u8; 16],
    /// Hazard of each year of age, male and female.
    hazards: Vec<[f64; 2]>,
}

impl LifeTable {
    /// The table that is built in.
    pub fn built_in() -> Self {
        #[expect(clippy::expect_used, reason = "a test parses the same bytes")]
        Self::parse(US_2017).expect("the built-in life table is valid")
    }

    /// Reads a table: lines `age,male,female` from age 0 on, with comment lines `# name: …` and `# source: …`.
    ///
    /// # Errors
    /// When a line is not of that form, an age is left out, a probability is none, or name or source is missing.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let comment = |key: &'static str| {
            let said = text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
            said.filter(|it| !it.is_empty()).map(str::to_owned).ok_or(Error::Header(key))
        };
        let (name, source) = (comment("# name:")?, comment("# source:")?);
        let mut hazards = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |reason| Error::Line { line: index + 1, reason };
            let mut parts = line.split(',').map(str::trim);
            let (Some(age), Some(male), Some(female), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                return Err(wrong("it must be age,male,female"));
            };
            if age.parse() != Ok(hazards.len()) {
                return Err(wrong("ages must follow each other from 0 on"));
            }
            let hazard = |text: &str| {
                let dying: f64 = text.parse().map_err(|_| wrong("a probability must be a number"))?;
                if !(0.0..1.0).contains(&dying) {
                    return Err(wrong("a probability must be at least 0 and below 1"));
                }
                Ok(-libm::log1p(-dying))
            };
            hazards.push([hazard(male)?, hazard(female)?]);
        }
        if hazards.len() <= 100 {
            return Err(Error::Ages);
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
        Ok(Self { name, source, digest, hazards })
    }

    /// Name of the table.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it comes from.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub(crate) fn digest(&self) -> [u8; 16] {
        self.digest
    }

    /// Probability of being alive so many years later. Without a sex the mean of both. Beyond its last age the table's
    /// last year goes on.
    pub fn alive(&self, age_years: f64, sex: Option<Sex>, years: f64) -> f64 {
        let of = |column: usize| libm::exp(-self.hazard(age_years.max(0.0), years.max(0.0), column));
        match sex {
            Some(Sex::Male) => of(0),
            Some(Sex::Female) => of(1),
            Some(Sex::Other | Sex::Unknown) | None => f64::midpoint(of(0), of(1)),
        }
    }

    fn hazard(&self, age: f64, years: f64, column: usize) -> f64 {
        let (mut at, end, mut sum) = (age, age + years, 0.0);
        while at < end {
            let year = libm::floor(at);
            let until = (year + 1.0).min(end);
            let index = (year as usize).min(self.hazards.len() - 1);
            sum += (until - at) * self.hazards.get(index).map_or(0.0, |it| it[column]);
            at = until;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_gives_the_survivors_of_its_source() {
        let table = LifeTable::built_in();
        // l(60), l(70) and l(90) of 100 000 as the source prints them.
        for (age, male, female) in
            [(60.0, 85_316.0, 91_143.0), (70.0, 72_691.0, 82_533.0), (90.0, 18_070.0, 29_503.0)]
        {
            let of = |sex| table.alive(0.0, Some(sex), age) * 100_000.0;
            assert!((of(Sex::Male) - male).abs() < 5.0, "{age}: {}", of(Sex::Male));
            assert!((of(Sex::Female) - female).abs() < 5.0, "{age}: {}", of(Sex::Female));
        }
        let mean = table.alive(60.0, None, 10.0);
        assert!(
            mean > table.alive(60.0, Some(Sex::Male), 10.0)
                && mean < table.alive(60.0, Some(Sex::Female), 10.0)
        );
    }

    #[test]
    fn parts_of_a_year_add_up_and_nobody_lives_forever() {
        let table = LifeTable::built_in();
        let whole = table.alive(64.3, Some(Sex::Female), 7.5);
        let parts = table.alive(64.3, Some(Sex::Female), 3.2) * table.alive(67.5, Some(Sex::Female), 4.3);
        assert!((whole - parts).abs() < 1e-12);
        assert!(table.alive(150.0, None, 50.0) < 1e-9 && table.alive(-3.0, None, 0.0) == 1.0);
    }

    #[test]
    fn a_table_that_cannot_be_right_is_refused_with_the_line() {
        let refused = |from: &str, to: &str| LifeTable::parse(&US_2017.replacen(from, to, 1)).unwrap_err();
        assert!(matches!(refused("# name:", "# nome:"), Error::Header("# name:")));
        assert!(matches!(refused("\n2,", "\n3,"), Error::Line { line: 9, .. }));
        assert!(matches!(refused("\n0,0.006304", "\n0,1.2"), Error::Line { line: 7, .. }));
        assert!(matches!(LifeTable::parse("# name: a\n# source: b\n0,0.1,0.1\n"), Err(Error::Ages)));
    }
}
