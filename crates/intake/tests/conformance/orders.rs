//! Group 11 is about orders that are sent out: accepted, AE, AR, a time-out, an answer with the filler's number, UA, a
//! cancellation that comes after completion. Nothing sends orders out yet, so none of its lines has a test here. What is
//! here are the orders that come in, which close the loop from the other side.

use crate::answered::{answer, msh, pid, stands};
use crate::given::{message, read, segment};
use lacteal_intake::Verdict;

fn order(kind: &str, minute: u32, orc: &[(usize, &str)], obr: &[(usize, &str)]) -> String {
    message(&[
        &msh(kind, &format!("O{minute}"), minute),
        &pid("1"),
        &segment("ORC", &[&[(2, "O1^CPOE")], orc].concat()),
        &segment("OBR", &[&[(2, "O1^CPOE"), (4, "30670-4^MR Liver^LN"), (36, "20240901")], obr].concat()),
    ])
}

fn state(control: &str, status: &str) -> Vec<String> {
    stands(&[&order("ORM^O01", 1, &[(1, control), (5, status)], &[])])
}

#[test]
fn an_order_is_read_in_each_of_its_messages_and_only_of_those_known() {
    for kind in ["ORM^O01^ORM_O01", "OMG^O19^OMG_O19", "OMI^O23^OMI_O23"] {
        let text = order(kind, 1, &[(1, "NW")], &[]);
        assert_eq!(answer(&*text), "AA", "{kind}");
        assert!(matches!(read(&text), Verdict::KeepIfKnown(_)), "{kind}");
        assert_eq!(stands(&[&text]), ["ordered mr liver Placed @2024-09-01"], "{kind}");
    }
}

#[test]
fn control_and_status_say_what_became_of_it() {
    for (control, status, expected) in [
        ("NW", "", "Placed"),
        ("XO", "", "Placed"),
        ("OK", "", "Placed"),
        ("CA", "", "Placed"),
        ("HD", "HD", "Placed"),
        ("SC", "IP", "Placed"),
        ("SC", "SC", "Placed"),
        ("SC", "CM", "Completed"),
        ("SC", "CA", "Cancelled"),
        ("SC", "DC", "Cancelled"),
        ("SC", "RP", "Cancelled"),
        ("OC", "", "Cancelled"),
        ("CR", "", "Cancelled"),
        ("OD", "", "Cancelled"),
        ("DR", "", "Cancelled"),
        ("DC", "", "Cancelled"),
        ("RU", "", "Cancelled"),
        ("UA", "", "Cancelled"),
        ("RO", "", "Placed"),
        ("NW", "CM", "Completed"),
    ] {
        assert_eq!(
            state(control, status),
            [format!("ordered mr liver {expected} @2024-09-01")],
            "{control} {status}"
        );
    }
    assert_eq!(state("QQ", ""), ["unread imaging_order unknown_code"]);
}

#[test]
fn an_order_is_the_same_by_its_number_whoever_names_it() {
    let placed = order("ORM^O01", 1, &[(1, "NW")], &[]);
    let filler = order("ORM^O01", 2, &[(1, "OC"), (3, "F9^RIS")], &[(3, "F9^RIS")]).replace("|APP|", "|RIS|");
    assert_eq!(stands(&[&placed, &filler]), ["ordered mr liver Cancelled @2024-09-01"]);
    let bare = |text: &str| text.replace("O1^CPOE", "O1");
    let both = stands(&[&bare(&placed), &bare(&filler)]);
    assert_eq!(both.len(), 2, "a number without its authority is the sender's own");
}

#[test]
fn the_day_is_that_for_which_it_was_ordered() {
    for (orc, obr, timing, expected) in [
        (&[][..], &[][..], "TQ1|1||||||20240930", "2024-09-30"),
        (&[(7, "1^^^20240915")], &[], "", "2024-09-15"),
        (&[], &[(27, "^^^20240916"), (36, "")], "", "2024-09-16"),
        (&[], &[], "", "2024-09-01"),
        (&[(9, "20240609")], &[(36, "")], "", "2024-06-09"),
    ] {
        let text = order("OMG^O19", 1, &[&[(1, "NW")], orc].concat(), obr);
        let text = text.replace("\rOBR", &format!("\r{timing}\rOBR")).replace("\r\r", "\r");
        assert_eq!(stands(&[&text]), [format!("ordered mr liver Placed @{expected}")], "{text}");
    }
}

#[test]
fn other_orders_are_not_ours() {
    let blood = order("ORM^O01", 1, &[(1, "NW")], &[(4, "718-7^Haemoglobin^LN")]);
    assert_eq!(read(&blood), Verdict::NotRelevant("nothing about a tumour"));
    let stock = message(&[&msh("ORM^O01", "O1", 1), "ORC|NW|1", "OBR|1|1||30670-4^MR^LN"]);
    assert_eq!(read(&stock), Verdict::NotRelevant("no patient"));
}
