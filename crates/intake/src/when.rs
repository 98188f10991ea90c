//! Times of a message: which instant and which civil date the sender means.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use lacteal_clinical::PartialDate;
use lacteal_clinical::finding::UnreadReason;
use lacteal_hl7::{Timestamp, Value};

/// What times without an offset mean in one message: the offset of MSH-7, else the zone of the source.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    offset_minutes: Option<i16>,
    zone: TimeZone,
}

impl Zone {
    pub(crate) fn new(message_time: Option<&Timestamp>, zone: TimeZone) -> Zone {
        Zone { offset_minutes: message_time.and_then(|time| time.offset_minutes), zone }
    }

    /// The earliest instant that a time can mean, in seconds since 1970-01-01T00:00:00Z. None when it is out
    /// of the calendar. A time in a gap of the zone is taken after it, one in a fold as the earlier.
    pub(crate) fn instant_s(&self, time: &Timestamp) -> Option<i64> {
        let part = |part: Option<u8>, least: i8| part.map_or(Some(least), |part| i8::try_from(part).ok());
        let year = i16::try_from(time.year).ok()?;
        let date = Date::new(year, part(time.month, 1)?, part(time.day, 1)?).ok()?;
        // 24:00 is the beginning of the next day.
        let (date, hour) = match part(time.hour, 0)? {
            24 => (date.tomorrow().ok()?, 0),
            hour => (date, hour),
        };
        let civil = DateTime::from_parts(
            date,
            jiff::civil::Time::new(hour, part(time.minute, 0)?, part(time.second, 0)?, 0).ok()?,
        );
        let zone = match time.offset_minutes.or(self.offset_minutes) {
            Some(minutes) => Offset::from_seconds(i32::from(minutes) * 60).ok()?.to_time_zone(),
            None => self.zone.clone(),
        };
        Some(zone.to_ambiguous_timestamp(civil).compatible().ok()?.as_second())
    }
}

/// The civil date that a time states, in the precision in which it does. Nothing when the value is empty.
///
/// # Errors
/// When it is no date, or lies after `latest`.
pub(crate) fn civil_date(value: &Value<'_>, latest: Date) -> Result<Option<PartialDate>, UnreadReason> {
    let Some(time) = value.timestamp().map_err(|_| UnreadReason::InvalidDate)? else { return Ok(None) };
    let small = |part: Option<u8>| part.and_then(|part| i8::try_from(part).ok());
    let year = i16::try_from(time.year).map_err(|_| UnreadReason::InvalidDate)?;
    let date = PartialDate::new(year, small(time.month), small(time.day)).map_err(|error| error.reason())?;
    if date.is_after(latest) {
        return Err(UnreadReason::FutureDate);
    }
    Ok(Some(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str, message: &str) -> Zone {
        Zone::new(Timestamp::parse(message).ok().as_ref(), TimeZone::get(name).unwrap())
    }

    fn instant(zone: &Zone, text: &str) -> String {
        let seconds = zone.instant_s(&Timestamp::parse(text).unwrap()).unwrap();
        jiff::Timestamp::from_second(seconds).unwrap().to_string()
    }

    #[test]
    fn an_offset_wins_over_that_of_the_message_and_that_over_the_zone() {
        let plain = zone("Europe/Berlin", "20240601120000");
        assert_eq!(instant(&plain, "20240601120000"), "2024-06-01T10:00:00Z");
        let message = zone("Europe/Berlin", "20240601120000-0500");
        assert_eq!(instant(&message, "20240601120000"), "2024-06-01T17:00:00Z");
        assert_eq!(instant(&message, "20240601120000+0545"), "2024-06-01T06:15:00Z");
    }

    #[test]
    fn gaps_folds_and_the_end_of_the_day_have_an_instant() {
        let berlin = zone("Europe/Berlin", "");
        assert_eq!(instant(&berlin, "20240331023000"), "2024-03-31T01:30:00Z");
        assert_eq!(instant(&berlin, "20241027023000"), "2024-10-27T00:30:00Z");
        assert_eq!(instant(&berlin, "20241231240000"), "2024-12-31T23:00:00Z");
    }

    #[test]
    fn a_partial_time_means_its_beginning() {
        assert_eq!(instant(&zone("UTC", ""), "2024"), "2024-01-01T00:00:00Z");
        assert_eq!(instant(&zone("UTC", ""), "202402"), "2024-02-01T00:00:00Z");
    }
}
