//! What the work list costs in memory. A process of its own, so that nothing else moves the figure.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its world must fail loudly")]
#![cfg(target_os = "linux")]

use lacteal_clinical::identity::{PseudonymKey, RecordNumber};
use lacteal_gateway::worklist::Table;
use lacteal_wire::event;

const PATIENTS: u32 = 100_000;
const BYTES_A_PATIENT_MAX: u64 = 300;

/// Bytes of this process that are in memory (statm counts in pages of 4 KiB on x86-64; VmRSS has its unit).
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

fn date(day: u32) -> Option<event::PartialDate> {
    Some(event::PartialDate { year: 2024 + day / 336, month: day / 28 % 12 + 1, day: day % 28 + 1 })
}

fn plan(number: u32) -> event::Plan {
    let day = number.wrapping_mul(7919) % 1500;
    let due = date(day).unwrap();
    event::Plan {
        status: (number % 10 + 1).try_into().unwrap(),
        reason: format!(
            "The next scan is due on {}-{:02}-{:02}: {} months after the last study.",
            due.year,
            due.month,
            due.day,
            number % 7 + 6
        ),
        next_scan: Some(event::Window {
            opens: date(day.saturating_sub(30)),
            due: date(day),
            overdue_after: date(day + 60),
            interval_months: number % 7 + 6,
            modality: event::Modality::Mr.into(),
            interval_reason: format!(
                "The risk reaches {}.{} % after {} months.",
                number % 9,
                number % 10,
                number % 13
            ),
            modality_reason: if number.is_multiple_of(3) {
                format!("MRI spares radiation below {} years", number % 50)
            } else {
                format!("decided by Dr Weser on 2026-02-{:02}", number % 28 + 1)
            },
        }),
        record_numbers: vec![event::RecordNumber {
            authority: "Hospital of the North&2.16.840.1.113883.19.4.6&ISO".into(),
            number: format!("{:010}", number.wrapping_mul(2_654_435_761)),
        }],
        risk_5_years: Some(f64::from(number % 9973) / 9973.0),
        ..event::Plan::default()
    }
}

#[test]
fn a_patient_costs_less_than_300_bytes_all_in() {
    let key = PseudonymKey::from_bytes(&[7; 32]).unwrap();
    let patients: Vec<_> = (0..PATIENTS)
        .map(|number| key.pseudonym(&RecordNumber::new("H", &number.to_string()).unwrap()))
        .collect();
    let before = resident_bytes();
    let mut table = Table::default();
    for (number, patient) in (0..).zip(&patients) {
        let plan = event::Plan { patient: patient.0.to_vec(), ..plan(number) };
        table.put(*patient, u64::from(number) + 1, &plan);
    }
    let each = (resident_bytes() - before) / u64::from(PATIENTS);
    println!("{each} bytes a patient");
    assert_eq!(table.len(), PATIENTS as usize);
    assert!(each > 100, "measured {each} bytes a patient, which cannot be");
    assert!(each <= BYTES_A_PATIENT_MAX, "{each} bytes a patient");
}
