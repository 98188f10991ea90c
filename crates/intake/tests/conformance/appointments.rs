//! Group 10, appointments. What a no-show does to a plan that is overdue is tested where plans are made.

use crate::answered::{answer, msh, pid, stands};
use crate::given::{facts, message, read, segment};
use lacteal_clinical::{Dossier, Evidence, Fact, ImagingAppointment, Modality, Picture, Place, ReportKey};
use lacteal_intake::Verdict;

fn siu(trigger: &str, minute: u32, sch: &[(usize, &str)], ais: &[&str]) -> String {
    let msh = msh(&format!("SIU^{trigger}^SIU_S12"), &format!("S{minute}"), minute);
    let sch = segment("SCH", &[&[(1, "P1^CPOE"), (2, "A1^RIS")], sch].concat());
    let ais: Vec<_> = ais.iter().map(|more| format!("AIS|1||{more}")).collect();
    let mut segments = vec![msh.as_str(), sch.as_str()];
    let pid = pid("1");
    segments.push(&pid);
    segments.push("RGS|1|A");
    segments.extend(ais.iter().map(String::as_str));
    message(&segments)
}

const CT: &str = "41806-1^CT Abdomen^LN|202409021030";

#[test]
fn booked_then_moved_then_changed_then_cancelled() {
    let booked = siu("S12", 1, &[(25, "Booked")], &[CT]);
    let moved = siu("S13", 2, &[(25, "Booked")], &["41806-1^CT Abdomen^LN|202409161030"]);
    let changed = siu("S14", 3, &[(25, "Booked")], &["30670-4^MR Liver^LN|202409161030"]);
    let cancelled = siu("S15", 4, &[(25, "Cancelled")], &["30670-4^MR Liver^LN|202409161030"]);
    for text in [&booked, &moved, &changed, &cancelled] {
        assert_eq!(answer(text.as_str()), "AA");
        assert!(matches!(read(text), Verdict::KeepIfKnown(_)), "only of patients who are known");
    }
    assert_eq!(stands(&[&booked]), ["booked ct abdomen Booked @2024-09-02"]);
    assert_eq!(stands(&[&booked, &moved]), ["booked ct abdomen Booked @2024-09-16"]);
    assert_eq!(stands(&[&booked, &moved, &changed]), ["booked mr liver Booked @2024-09-16"]);
    let all = [&*booked, &*moved, &*changed, &*cancelled];
    assert_eq!(stands(&all), ["booked mr liver Cancelled @2024-09-16"]);
}

#[test]
fn a_patient_who_did_not_come_is_no_longer_booked() {
    let (booked, missed) = (siu("S12", 1, &[], &[CT]), siu("S26", 2, &[(25, "Noshow")], &[CT]));
    assert_eq!(answer(&*missed), "AA");
    assert_eq!(stands(&[&booked, &missed]), ["booked ct abdomen NoShow @2024-09-02"]);
    // Without its services the appointment is known by its number alone, and only its booking is taken away.
    let nothing = "Deleted: booked imaging other Cancelled";
    assert_eq!(stands(&[&booked, &siu("S26", 2, &[], &[])]), [nothing, nothing]);
}

#[test]
fn a_deleted_appointment_never_was() {
    let deleted = siu("S17", 2, &[], &[CT]);
    assert_eq!(
        stands(&[&siu("S12", 1, &[], &[CT]), &deleted]),
        ["Deleted: booked ct abdomen Cancelled @2024-09-02"]
    );
}

#[test]
fn the_status_of_the_filler_refines_what_the_trigger_says() {
    for (status, expected) in [
        ("Booked", "booked ct abdomen Booked"),
        ("BOOKED^Booked^HL70278", "booked ct abdomen Booked"),
        ("Overbook", "booked ct abdomen Booked"),
        ("Pending", "Preliminary: booked ct abdomen Booked"),
        ("Waitlist", "Preliminary: booked ct abdomen Booked"),
        ("Complete", "booked ct abdomen Fulfilled"),
        ("Started", "booked ct abdomen Fulfilled"),
        ("Noshow", "booked ct abdomen NoShow"),
        ("Cancelled", "booked ct abdomen Cancelled"),
        ("Discontinued", "booked ct abdomen Cancelled"),
        ("Deleted", "Deleted: booked ct abdomen Cancelled"),
        ("Blocked", "booked ct abdomen Booked"),
        ("", "booked ct abdomen Booked"),
    ] {
        assert_eq!(
            stands(&[&siu("S14", 1, &[(25, status)], &[CT])]),
            [format!("{expected} @2024-09-02")],
            "{status}"
        );
    }
}

#[test]
fn an_appointment_is_of_an_order_of_ours_of_others_or_of_none() {
    for numbers in [&[(26, "O1^LACTEAL"), (27, "F1^RIS")][..], &[(26, "X1^CPOE")], &[]] {
        assert_eq!(stands(&[&siu("S12", 1, numbers, &[CT])]), ["booked ct abdomen Booked @2024-09-02"]);
    }
}

/// An order of an MRI of the liver, by placer and filler number.
fn ordered(control: &str, minute: u32) -> String {
    let msh = msh("ORM^O01^ORM_O01", &format!("O{minute}"), minute);
    let orc = segment("ORC", &[(1, control), (2, "X1^CPOE"), (3, "F1^RIS")]);
    let obr = segment("OBR", &[(1, "1"), (2, "X1^CPOE"), (3, "F1^RIS"), (4, "30670-4^MR Liver^LN")]);
    message(&[&msh, &pid("1"), &orc, &obr])
}

/// The appointments in the picture of a patient of whom these messages came, each in a report of its own.
fn pictured(messages: &[&str]) -> Vec<String> {
    let mut all: Vec<Fact> = Vec::new();
    for (at, text) in messages.iter().enumerate() {
        let report = ReportKey([u8::try_from(at).expect("few messages"); 16]);
        all.extend(facts(text).into_iter().map(|it| Fact { place: Place { report, ..it.place }, ..it }));
    }
    let patient = all[0].patient;
    let picture = Picture::of(&Dossier::from_parts(patient, patient, all));
    let words = |it: &Evidence<ImagingAppointment>| {
        let modality = it.value.modality.map_or("imaging", Modality::as_str);
        format!("{modality} {} {:?}", it.value.region.as_str(), it.value.state)
    };
    picture.appointments.iter().map(words).collect()
}

#[test]
fn an_appointment_without_services_is_for_its_order_and_falls_with_it() {
    let order = ordered("NW", 1);
    let at = (11, "^^^202409021030");
    for number in [(26, "X1^CPOE"), (27, "F1^RIS")] {
        let bare = siu("S12", 2, &[at, number], &[]);
        assert!(matches!(read(&bare), Verdict::KeepIfKnown(_)));
        assert_eq!(pictured(&[&order, &bare]), ["mr liver Booked"], "{number:?}");
        assert_eq!(pictured(&[&bare, &order]), ["mr liver Booked"], "{number:?}");
        assert_eq!(pictured(&[&order, &bare, &ordered("OC", 3)]), ["mr liver Cancelled"], "{number:?}");
    }
    // Of an order that is not one of imaging: not ours to show.
    let other = siu("S12", 2, &[at, (26, "Y9^CPOE")], &[]);
    assert_eq!(pictured(&[&order, &other]), [""; 0]);
    // Of several orders each service has its own; without services it is not told which.
    let several = siu("S12", 2, &[at, (26, "Y9^CPOE~X1^CPOE")], &[CT, "30670-4^MR Liver^LN|202409021030"]);
    let all = pictured(&[&order, &several, &ordered("OC", 3)]);
    assert_eq!(all, ["ct abdomen Booked", "mr liver Cancelled"]);
}

#[test]
fn services_that_are_no_study_are_not_ours() {
    let clinic = siu("S12", 1, &[], &["CLINIC^Clinic^L|202409021030"]);
    assert_eq!(read(&clinic), Verdict::NotRelevant("nothing about a tumour"));
    let both = siu("S12", 1, &[], &["CLINIC^Clinic^L|202409021030", CT]);
    assert_eq!(stands(&[&both]), ["booked ct abdomen Booked @2024-09-02"]);
    for trigger in ["S23", "S24"] {
        assert_eq!(read(&siu(trigger, 1, &[], &[CT])), Verdict::NotRelevant("message type"), "{trigger}");
    }
}

#[test]
fn a_day_that_is_missing_or_cannot_be_is_unread_beside_the_booking() {
    for (start, reason) in [("", "empty"), ("20240230", "invalid_date"), ("20990101", "future_date")] {
        let all = stands(&[&siu("S12", 1, &[], &[&format!("41806-1^CT^LN|{start}")])]);
        assert_eq!(
            all,
            ["booked ct abdomen Booked".to_owned(), format!("unread imaging_appointment {reason}")]
        );
    }
}

#[test]
fn an_appointment_without_its_segment_is_refused_and_one_of_nobody_is_not_ours() {
    assert_eq!(answer(message(&[&msh("SIU^S12", "S1", 1), &pid("1")])), "AR 100");
    let nobody = message(&[&msh("SIU^S12", "S1", 1), "SCH|P1|A1"]);
    assert_eq!(read(&nobody), Verdict::NotRelevant("no patient"));
}

#[test]
fn more_studies_than_are_told_apart_are_shown_as_left_out() {
    let booked = |count: usize| siu("S12", 1, &[(25, "Booked")], &vec![CT; count]);
    assert_eq!(stands(&[&booked(8)]).len(), 8);
    let nine = stands(&[&booked(9)]);
    assert_eq!(nine.len(), 9);
    assert_eq!(nine.iter().filter(|it| it.to_lowercase().contains("too")).count(), 1, "{nine:?}");
}
