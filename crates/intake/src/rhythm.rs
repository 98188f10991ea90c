//! The rhythm of a feed: how long it is usually silent, at each hour of the week. Pure.
//!
//! A hospital talks on Tuesday at ten and is silent on Sunday night; one number cannot say when a silence is
//! odd. So for each of the 168 hours of a week, in the zone of the source, the longest silence is kept that was
//! *seen in that hour*: at any instant of it, the time since the last message. On Sunday night that is a day
//! and a half, on Tuesday at ten a few minutes. A silence is unusual when it is longer than [`FACTOR`] times the
//! longest that was seen at this hour of the week or at the hours beside it. Nights and weekends raise nothing,
//! and a feed that died in the night is noticed in the morning, when it should have begun.
//!
//! Each hour has a value a week for [`WEEKS`] weeks. From the third week on the largest is passed over, so that
//! one holiday or outage does not teach that silence is usual; a second week like it does. Where one of the three
//! hours was never seen there is no opinion, and none on a feed of which less than [`HOURS_MIN`] hours are known.
//!
//! Times are *slots* of five minutes in which something came, because that is what replicas share.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Seconds of a slot.
pub(crate) const SLOT_S: i64 = 5 * 60;
/// Weeks that are remembered.
pub(crate) const WEEKS: usize = 6;
/// How many times longer than the longest usual silence one must be.
const FACTOR: i64 = 2;
/// Hours of the week that must be known before anything is judged.
const HOURS_MIN: usize = 24;

const HOUR_S: i64 = 60 * 60;
const WEEK_S: i64 = 7 * 24 * HOUR_S;
const HOURS: usize = 7 * 24;
/// All zones have offsets that are multiples of this: within it the hour of the week does not change.
const QUARTER_S: i64 = 15 * 60;

/// The slot of a time in seconds since 1970-01-01T00:00:00Z.
pub(crate) fn slot(at_s: i64) -> i64 {
    at_s.div_euclid(SLOT_S)
}

/// What is known of the rhythm of one source.
#[derive(Clone, Debug)]
pub(crate) struct Rhythm {
    zone: TimeZone,
    hours: Vec<Hour>,
    last_slot: Option<i64>,
}

/// The longest silences seen at one hour of the week.
#[derive(Clone, Debug, Default)]
struct Hour {
    /// Week and longest silence in seconds, in the order of the weeks.
    weeks: Vec<(i64, i64)>,
}

/// A silence that is longer than usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Silence {
    /// The last slot in which something came.
    pub(crate) after_slot: i64,
    /// The longest silence that is usual at this hour of the week, in seconds.
    pub(crate) usual_s: i64,
}

impl Rhythm {
    /// Nothing is known. Hours of the week are those of `zone`.
    pub(crate) fn new(zone: TimeZone) -> Rhythm {
        Rhythm { zone, hours: vec![Hour::default(); HOURS], last_slot: None }
    }

    /// The last slot in which something came.
    pub(crate) fn last_slot(&self) -> Option<i64> {
        self.last_slot
    }

    /// Learns that something came in a slot. Slots come in their order; an earlier one teaches nothing.
    pub(crate) fn hear(&mut self, slot: i64) {
        let Some(last) = self.last_slot else {
            self.last_slot = Some(slot);
            return;
        };
        if slot <= last {
            return;
        }
        self.last_slot = Some(slot);
        let (from_s, to_s) = (last * SLOT_S, slot * SLOT_S);
        // After a week every hour of it has been seen.
        let mut seen_s = from_s.max(to_s - WEEK_S);
        while seen_s < to_s {
            let end_s = ((seen_s.div_euclid(QUARTER_S) + 1) * QUARTER_S).min(to_s);
            if let Some(hour) = self.hour_of_week(seen_s).and_then(|hour| self.hours.get_mut(hour)) {
                hour.see(seen_s.div_euclid(WEEK_S), end_s - from_s);
            }
            seen_s = end_s;
        }
    }

    /// The longest silence in seconds that is usual at a time; none when too little is known.
    pub(crate) fn usual_s(&self, now_s: i64) -> Option<i64> {
        if self.hours.iter().filter(|hour| !hour.weeks.is_empty()).count() < HOURS_MIN {
            return None;
        }
        let usual = |at_s| self.hours.get(self.hour_of_week(at_s)?)?.usual_s();
        Some(usual(now_s - HOUR_S)?.max(usual(now_s)?).max(usual(now_s + HOUR_S)?))
    }

    /// Whether the feed is silent for longer than usual and than `min_s`. Silence before `listening_since_s` does
    /// not count: nobody was there to hear.
    pub(crate) fn judge(&self, now_s: i64, listening_since_s: i64, min_s: i64) -> Option<Silence> {
        let after_slot = self.last_slot?;
        let usual_s = self.usual_s(now_s)?;
        let since_s = ((after_slot + 1) * SLOT_S).max(listening_since_s);
        let is_unusual = now_s - since_s > min_s.max(FACTOR * usual_s);
        is_unusual.then_some(Silence { after_slot, usual_s })
    }

    fn hour_of_week(&self, at_s: i64) -> Option<usize> {
        let at = Timestamp::from_second(at_s).ok()?.to_zoned(self.zone.clone());
        let day = usize::try_from(at.weekday().to_monday_zero_offset()).ok()?;
        Some(day * 24 + usize::try_from(at.hour()).ok()?)
    }
}

impl Hour {
    fn see(&mut self, week: i64, silence_s: i64) {
        match self.weeks.last_mut() {
            Some((last, longest_s)) if *last >= week => *longest_s = (*longest_s).max(silence_s),
            _ => self.weeks.push((week, silence_s)),
        }
        if self.weeks.len() > WEEKS {
            self.weeks.remove(0);
        }
    }

    fn usual_s(&self) -> Option<i64> {
        let mut silences: Vec<i64> = self.weeks.iter().map(|(_, silence_s)| *silence_s).collect();
        silences.sort_unstable_by(|one, other| other.cmp(one));
        silences.get(usize::from(silences.len() >= 3)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2024-01-01, 00:00 in Berlin.
    const MONDAY_S: i64 = 1_704_063_600;
    const DAY_S: i64 = 24 * HOUR_S;
    const MIN_S: i64 = HOUR_S;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    /// A laboratory that works from seven to six on weekdays, with a message every ten minutes.
    fn works(at_s: i64) -> bool {
        let local = Timestamp::from_second(at_s).unwrap().to_zoned(berlin());
        local.weekday().to_monday_zero_offset() < 5 && (7..18).contains(&local.hour())
    }

    /// Lets the laboratory live from one time to another, and gives the times at which it was noticed as silent.
    fn live(rhythm: &mut Rhythm, from_s: i64, to_s: i64, talks: impl Fn(i64) -> bool) -> Vec<i64> {
        let mut noticed = Vec::new();
        let mut at_s = from_s;
        while at_s < to_s {
            if rhythm.judge(at_s, 0, MIN_S).is_some() {
                noticed.push(at_s);
            }
            if talks(at_s) {
                rhythm.hear(slot(at_s));
            }
            at_s += 600;
        }
        noticed
    }

    fn learned(weeks: i64) -> (Rhythm, i64) {
        let mut rhythm = Rhythm::new(berlin());
        let end_s = MONDAY_S + weeks * WEEK_S;
        let noticed = live(&mut rhythm, MONDAY_S, end_s, works);
        assert_eq!(noticed, [0; 0], "nights and weekends are usual");
        (rhythm, end_s)
    }

    #[test]
    fn nights_weekends_and_the_change_to_summer_time_raise_nothing() {
        learned(20);
    }

    #[test]
    fn a_feed_that_dies_at_work_is_noticed_after_the_configured_minimum() {
        let (mut rhythm, monday_s) = learned(3);
        let dies_s = monday_s + DAY_S + 10 * HOUR_S;
        let noticed = live(&mut rhythm, monday_s, dies_s + DAY_S, |at_s| works(at_s) && at_s < dies_s);
        let after_s = noticed[0] - dies_s;
        assert!((MIN_S..=MIN_S + 1_200).contains(&after_s), "{after_s} s");
        let silence = rhythm.judge(noticed[0], 0, MIN_S).unwrap();
        assert_eq!(silence.after_slot, slot(dies_s - 600));
        assert!(silence.usual_s <= HOUR_S / 2, "{}", silence.usual_s);
    }

    #[test]
    fn a_feed_that_dies_on_friday_evening_is_noticed_on_monday_morning_and_not_before() {
        let (mut rhythm, monday_s) = learned(3);
        let dies_s = monday_s + 4 * DAY_S + 17 * HOUR_S + HOUR_S / 2;
        let noticed = live(&mut rhythm, monday_s, monday_s + 8 * DAY_S, |at_s| works(at_s) && at_s < dies_s);
        let hour = (noticed[0] - monday_s - WEEK_S) / HOUR_S;
        assert!((8..=9).contains(&hour), "noticed at hour {hour} of Monday");
    }

    #[test]
    fn one_holiday_teaches_nothing_and_a_new_timetable_is_learned() {
        let (mut rhythm, monday_s) = learned(4);
        // No Tuesday this week.
        let holiday = |at_s: i64| works(at_s) && !(DAY_S..2 * DAY_S).contains(&(at_s - monday_s));
        let noticed = live(&mut rhythm, monday_s, monday_s + WEEK_S, holiday);
        assert!(!noticed.is_empty());
        let tuesday_s = monday_s + WEEK_S + DAY_S;
        let mut dead = rhythm.clone();
        live(&mut dead, monday_s + WEEK_S, tuesday_s, works);
        let noticed = live(&mut dead, tuesday_s, tuesday_s + DAY_S, |_| false);
        assert!(!noticed.is_empty(), "a dead Tuesday passes after a single holiday");
        // The laboratory closes on Tuesdays for good.
        let closed = |at_s: i64| works(at_s) && !(DAY_S..2 * DAY_S).contains(&((at_s - MONDAY_S) % WEEK_S));
        live(&mut rhythm, monday_s + WEEK_S, monday_s + 3 * WEEK_S, closed);
        let noticed = live(&mut rhythm, monday_s + 3 * WEEK_S, monday_s + 5 * WEEK_S, closed);
        assert_eq!(noticed, [0; 0], "the new timetable is not learned");
    }

    #[test]
    fn a_feed_that_is_hardly_known_raises_nothing() {
        let mut rhythm = Rhythm::new(TimeZone::UTC);
        assert_eq!(live(&mut rhythm, MONDAY_S, MONDAY_S + HOUR_S, |_| true), [0; 0]);
        assert_eq!(live(&mut rhythm, MONDAY_S + HOUR_S, MONDAY_S + 3 * WEEK_S, |_| false), [0; 0]);
        let mut never = Rhythm::new(TimeZone::UTC);
        assert_eq!(live(&mut never, MONDAY_S, MONDAY_S + WEEK_S, |_| false), [0; 0]);
    }

    #[test]
    fn silence_while_nobody_listened_does_not_count() {
        let (rhythm, monday_s) = learned(3);
        let now_s = monday_s + 14 * HOUR_S;
        assert!(rhythm.judge(now_s, 0, MIN_S).is_some());
        assert!(rhythm.judge(now_s, now_s - MIN_S, MIN_S).is_none());
        assert!(rhythm.judge(now_s, 0, 10 * DAY_S).is_none(), "the configured minimum holds");
    }

    #[test]
    fn slots_that_come_late_or_twice_and_gaps_of_years_change_nothing_but_the_last() {
        let (mut rhythm, monday_s) = learned(2);
        let usual = rhythm.usual_s(monday_s + 10 * HOUR_S);
        let last = rhythm.last_slot().unwrap();
        rhythm.hear(last);
        rhythm.hear(last - 10);
        assert_eq!((rhythm.last_slot(), rhythm.usual_s(monday_s + 10 * HOUR_S)), (Some(last), usual));
        rhythm.hear(last + 10 * 366 * DAY_S / SLOT_S);
        rhythm.hear(i64::MAX / SLOT_S);
    }
}
