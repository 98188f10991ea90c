//! Reading TNM as people write it: `pT3(m)`, `ypN1 (2/13)`, `pT3N1M1a`, `T3, N2 (14/22)`, `pMX`, or a bare `3`.
//!
//! A text is read as a whole or not at all. Letters are read without regard to case.

use super::{
    Axis, Basis, Category, M, Multiplicity, N, NodeCounts, Prefix, RAW_BYTES_MAX, Suffixes, T, TnmStatement,
};
use crate::Error;

const WHAT: &str = "TNM text";

/// The statements of one combined text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Combined {
    /// The T statement.
    pub t: Option<TnmStatement>,
    /// The N statement.
    pub n: Option<TnmStatement>,
    /// The M statement.
    pub m: Option<TnmStatement>,
}

/// Reads one category whose axis is known from the code of the observation. The axis letter may be absent.
pub fn single(axis: Axis, text: &str) -> Result<TnmStatement, Error> {
    let raw = checked(text)?;
    let mut cursor = Cursor { rest: raw };
    let (prefix, multiple) = cursor.prefix(axis)?;
    let stated = cursor.axis();
    if stated.is_some_and(|it| it != axis) {
        return Err(Error::Category { axis: axis.as_str() });
    }
    let statement = cursor.statement(axis, prefix, multiple, stated.is_some(), raw)?;
    cursor.rest = cursor.rest.trim_start_matches([' ', ',', ';', '.']);
    if cursor.rest.is_empty() { Ok(statement) } else { Err(Error::Unexpected { what: WHAT }) }
}

/// Reads several categories written together, each at most once.
///
/// `y`, `r` and `a` are carried on to the categories that follow without a prefix of their own, and so is the
/// basis from T to N. It is not carried to M: `pT3N1M0` claims no microscopic proof about the rest of the body.
pub fn combined(text: &str) -> Result<Combined, Error> {
    let raw = checked(text)?;
    let mut cursor = Cursor { rest: raw };
    let mut found = Combined::default();
    let mut carried = Prefix::default();
    while !cursor.rest.is_empty() {
        let before = cursor.rest;
        let (mut prefix, multiple) = cursor.prefix(Axis::T)?;
        let axis = cursor.axis().ok_or(Error::Unexpected { what: WHAT })?;
        if prefix == Prefix::default() {
            prefix = carried;
            if axis == Axis::M {
                prefix.basis = Basis::Unstated;
            }
        } else {
            carried = prefix;
        }
        let mut statement = cursor.statement(axis, prefix, multiple, true, raw)?;
        let used = before.len() - cursor.rest.len();
        statement.raw = before.get(..used).unwrap_or(before).trim().to_owned();
        let place = match axis {
            Axis::T => &mut found.t,
            Axis::N => &mut found.n,
            Axis::M => &mut found.m,
        };
        if place.replace(statement).is_some() {
            return Err(Error::Ambiguous { what: WHAT });
        }
        cursor.rest = cursor.rest.trim_start_matches([' ', ',', ';', '.', '/']);
    }
    Ok(found)
}

fn checked(text: &str) -> Result<&str, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::Empty { what: WHAT });
    }
    if text.len() > RAW_BYTES_MAX {
        return Err(Error::TooLong { what: WHAT, max_bytes: RAW_BYTES_MAX });
    }
    if !text.is_ascii() {
        return Err(Error::Unexpected { what: WHAT });
    }
    Ok(text)
}

struct Cursor<'a> {
    rest: &'a str,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.rest.bytes().next().map(|b| b.to_ascii_lowercase())
    }

    fn second(&self) -> Option<u8> {
        self.rest.as_bytes().get(1).copied()
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or("");
    }

    fn take(&mut self, word: &str) -> bool {
        let hit = self.rest.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
        if hit {
            self.skip(word.len());
        }
        hit
    }

    /// Reads the prefix letters; `m` before T says several primaries (`mpT3`), but never swallows the axis M.
    fn prefix(&mut self, axis: Axis) -> Result<(Prefix, bool), Error> {
        let mut prefix = Prefix::default();
        let mut multiple = false;
        while let Some(letter) = self.peek() {
            let again = match letter {
                b'c' => std::mem::replace(&mut prefix.basis, Basis::Clinical) != Basis::Unstated,
                b'p' => std::mem::replace(&mut prefix.basis, Basis::Pathological) != Basis::Unstated,
                b'y' => std::mem::replace(&mut prefix.after_treatment, true),
                b'r' => std::mem::replace(&mut prefix.recurrence, true),
                b'a' => std::mem::replace(&mut prefix.autopsy, true),
                b'm' if axis == Axis::T && self.prefix_letter_follows() => {
                    std::mem::replace(&mut multiple, true)
                }
                _ => break,
            };
            if again {
                return Err(Error::Unexpected { what: WHAT });
            }
            self.skip(1);
        }
        Ok((prefix, multiple))
    }

    fn prefix_letter_follows(&self) -> bool {
        self.second()
            .is_some_and(|b| matches!(b.to_ascii_lowercase(), b'c' | b'p' | b'y' | b'r' | b'a' | b't'))
    }

    fn axis(&mut self) -> Option<Axis> {
        let axis = match self.peek()? {
            b't' => Axis::T,
            b'n' => Axis::N,
            b'm' => Axis::M,
            _ => return None,
        };
        self.skip(1);
        Some(axis)
    }

    fn statement(
        &mut self,
        axis: Axis,
        prefix: Prefix,
        multiple: bool,
        letter: bool,
        raw: &str,
    ) -> Result<TnmStatement, Error> {
        if multiple && axis != Axis::T {
            return Err(Error::Unexpected { what: WHAT });
        }
        let category = self.category(axis, letter)?;
        let mut suffixes =
            Suffixes { multiplicity: multiple.then_some(Multiplicity::Several), ..Suffixes::default() };
        let mut nodes = None;
        // `pT3m`, but not the M of `pT3M0`, `pT3mX` or `pT3 m1`.
        if axis == Axis::T && self.peek() == Some(b'm') && !self.axis_value_follows() {
            self.skip(1);
            suffixes.multiplicity = Some(Multiplicity::Several);
        }
        while let Some(inside) = self.parenthesis()? {
            suffix(axis, inside, &mut suffixes, &mut nodes)?;
        }
        Ok(TnmStatement { prefix, category, suffixes, nodes, raw: raw.to_owned() })
    }

    fn axis_value_follows(&self) -> bool {
        self.second().is_some_and(|b| b.is_ascii_digit() || b.eq_ignore_ascii_case(&b'x'))
    }

    fn category(&mut self, axis: Axis, letter: bool) -> Result<Category, Error> {
        let wrong = Error::Category { axis: axis.as_str() };
        let digit = self.peek().ok_or(wrong)?;
        self.skip(1);
        let category = match (axis, digit) {
            (Axis::T, b'x') => Category::T(T::X),
            (Axis::T, b'0') => Category::T(T::T0),
            (Axis::T, b'1') => Category::T(T::T1),
            (Axis::T, b'2') => Category::T(T::T2),
            (Axis::T, b'3') => Category::T(T::T3),
            (Axis::T, b'4') => Category::T(T::T4),
            (Axis::N, b'x') => Category::N(N::X),
            (Axis::N, b'0') => Category::N(N::N0),
            (Axis::N, b'1') => Category::N(N::N1),
            (Axis::N, b'2') => Category::N(N::N2),
            (Axis::M, b'x') => Category::M(M::X),
            (Axis::M, b'0') => Category::M(M::M0),
            (Axis::M, b'1') if self.take("a") => Category::M(M::M1a),
            (Axis::M, b'1') if self.take("b") => Category::M(M::M1b),
            (Axis::M, b'1') if self.take("c") => Category::M(M::M1c),
            (Axis::M, b'1') => Category::M(M::M1),
            _ => return Err(wrong),
        };
        // `T12`, `T4a`, or a bare `12`: categories of other organs or no category at all.
        let tail = self.peek();
        let bare_letter = !letter && tail.is_some_and(|b| b.is_ascii_alphabetic() && b != b'm');
        let substage = matches!(tail, Some(b'a'..=b'd')) && !self.axis_or_prefix_follows();
        if tail.is_some_and(|b| b.is_ascii_digit()) || bare_letter || substage {
            return Err(wrong);
        }
        Ok(category)
    }

    /// Tells the prefix `c` or `a` of a following category (`T3cN1`) from a sub-category (`T4a`).
    fn axis_or_prefix_follows(&self) -> bool {
        let mut letters = self.rest.bytes().map(|b| b.to_ascii_lowercase());
        letters
            .find(|b| !matches!(b, b'c' | b'p' | b'y' | b'r' | b'a'))
            .is_some_and(|b| matches!(b, b't' | b'n' | b'm'))
    }

    fn parenthesis(&mut self) -> Result<Option<&str>, Error> {
        let Some(inside) = self.rest.trim_start().strip_prefix('(') else { return Ok(None) };
        let (inside, rest) = inside.split_once(')').ok_or(Error::Unexpected { what: WHAT })?;
        self.rest = rest;
        Ok(Some(inside.trim()))
    }
}

fn suffix(
    axis: Axis,
    inside: &str,
    suffixes: &mut Suffixes,
    nodes: &mut Option<NodeCounts>,
) -> Result<(), Error> {
    let unexpected = Error::Unexpected { what: WHAT };
    match (axis, inside.to_ascii_lowercase().as_str()) {
        (Axis::T, "m" | "#") => suffixes.multiplicity = Some(Multiplicity::Several),
        (Axis::T, digits) => match count(digits)? {
            0 => return Err(Error::OutOfRange { what: WHAT }),
            count => suffixes.multiplicity = Some(Multiplicity::Count(count)),
        },
        (Axis::N, "sn") => suffixes.sentinel = true,
        (Axis::N, "f") => suffixes.biopsy = true,
        (Axis::N | Axis::M, "i+") => suffixes.isolated_cells = true,
        (Axis::N | Axis::M, "i-") => {}
        (Axis::N, counts) => {
            let (positive, examined) = counts.split_once(['/', ':']).ok_or(unexpected)?;
            *nodes = Some(NodeCounts { positive: count(positive)?, examined: count(examined)? });
        }
        (Axis::M, _) => return Err(unexpected),
    }
    Ok(())
}

fn count(digits: &str) -> Result<u16, Error> {
    let digits = digits.trim();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::Unexpected { what: WHAT });
    }
    digits.parse().map_err(|_| Error::OutOfRange { what: WHAT })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(axis: Axis, text: &str) -> Result<String, Error> {
        single(axis, text).map(|it| it.to_string())
    }

    fn all(text: &str) -> Result<String, Error> {
        let it = combined(text)?;
        let shown: Vec<String> = [it.t, it.n, it.m].into_iter().flatten().map(|it| it.to_string()).collect();
        Ok(shown.join(" "))
    }

    #[test]
    fn single_categories_are_read_in_their_written_variants() {
        for (axis, text, expected) in [
            (Axis::T, "pT3", "pT3"),
            (Axis::T, "T3(m)", "T3(m)"),
            (Axis::T, "T3(#)", "T3(m)"),
            (Axis::T, "pT3 (m)", "pT3(m)"),
            (Axis::T, "pT3m", "pT3(m)"),
            (Axis::T, "mpT3", "pT3(m)"),
            (Axis::T, "T3(2)", "T3(2)"),
            (Axis::T, "3", "T3"),
            (Axis::T, "p3", "pT3"),
            (Axis::T, "ypT2", "ypT2"),
            (Axis::T, "rpTx", "rpTX"),
            (Axis::T, "aT4", "aT4"),
            (Axis::N, "pNx", "pNX"),
            (Axis::N, "N1 (2/13)", "N1 (2/13)"),
            (Axis::N, "pN1(sn)", "pN1(sn)"),
            (Axis::N, "cN1(f)", "cN1(f)"),
            (Axis::N, "pN0(i+)(sn)", "pN0(sn)(i+)"),
            (Axis::N, "ycN0", "ycN0"),
            (Axis::M, "pMX", "pMX"),
            (Axis::M, "MX", "MX"),
            (Axis::M, "cM0", "cM0"),
            (Axis::M, "pM1a", "pM1a"),
            (Axis::M, "1c", "M1c"),
            (Axis::M, "M1", "M1"),
        ] {
            assert_eq!(one(axis, text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_category_of_this_organ_is_refused() {
        for (axis, text) in [
            (Axis::T, "T5"),
            (Axis::T, "pT4a"),
            (Axis::T, "Tis"),
            (Axis::T, "N1"),
            (Axis::T, "12"),
            (Axis::T, "abc"),
            (Axis::T, ""),
            (Axis::T, "ppT3"),
            (Axis::T, "pT3 pN1"),
            (Axis::T, "pT3(0)"),
            (Axis::N, "N3"),
            (Axis::N, "N1b"),
            (Axis::N, "N1 (2/13"),
            (Axis::N, "N1 (two)"),
            (Axis::M, "M2"),
            (Axis::M, "M1d"),
            (Axis::M, "m"),
            (Axis::N, "N1 (99999/99999)"),
        ] {
            assert!(one(axis, text).is_err(), "{text}");
        }
    }

    #[test]
    fn combined_texts_are_read_and_prefixes_carried() {
        for (text, expected) in [
            ("pT3 pN1 cM0", "pT3 pN1 cM0"),
            ("pT3N1M1a", "pT3 pN1 M1a"),
            ("T3, N2 (14/22)", "T3 N2 (14/22)"),
            ("pT3(4) N0 M0", "pT3(4) pN0 M0"),
            ("ypT3N1M0", "ypT3 ypN1 yM0"),
            ("pT3m pN1 pMX", "pT3(m) pN1 pMX"),
            ("pT3M0", "pT3 M0"),
            ("mpT3pN2", "pT3(m) pN2"),
            ("T3cN1", "T3 cN1"),
            ("M1a", "M1a"),
            ("PT2;PN0", "pT2 pN0"),
        ] {
            assert_eq!(all(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_category_twice_or_anything_else_in_the_text_is_refused() {
        for text in ["pT3 pT2", "pT3 N1 G2", "stage III", "pT3 to pT4", "T3N", "(m)"] {
            assert!(all(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_text_of_each_statement_is_kept() {
        let it = combined("pT3 (m), N1 (2/13)  cM0").unwrap();
        assert_eq!(it.t.unwrap().raw, "pT3 (m)");
        assert_eq!(it.n.unwrap().raw, "N1 (2/13)");
        assert_eq!(it.m.unwrap().raw, "cM0");
    }

    proptest! {
        #[test]
        fn any_text_reads_or_fails_without_panic(text in "[ -~é]{0,70}", letters in "[ptnmcyrax0-4()/ ,]{0,20}") {
            for axis in [Axis::T, Axis::N, Axis::M] {
                let _ = single(axis, &text);
                let _ = single(axis, &letters);
            }
            let _ = combined(&text);
            let _ = combined(&letters);
        }

        #[test]
        fn a_statement_reads_back_from_its_own_spelling(letters in "[ptnmcyra]{0,3}[tnm][x0-4][abc]?(\\(m\\)|\\(sn\\)| \\([0-9]/[0-9]\\))?") {
            for axis in [Axis::T, Axis::N, Axis::M] {
                if let Ok(it) = single(axis, &letters) {
                    let again = single(axis, &it.to_string()).unwrap();
                    prop_assert_eq!((again.prefix, again.category, again.suffixes, again.nodes),
                        (it.prefix, it.category, it.suffixes, it.nodes));
                }
            }
        }
    }
}
