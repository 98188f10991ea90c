//! Documents: original, edit, addendum, replacement, cancellation.

use lacteal_clinical::{Fact, Reading};
use lacteal_intake::Verdict;

use crate::given::{PID, facts, message, obx, read, refused, segment, words};

const TEXT: &str =
    "Ileum, resection: well differentiated neuroendocrine tumour, WHO grade 1. Ki-67 index: 2 %.";

fn mdm(trigger: &str, minute: u32, txa: &[(usize, &str)], text: &str) -> String {
    let msh = format!("MSH|^~\\&|TR|NORTH|L|N|2024061012{minute:02}||MDM^{trigger}|D{minute}|P|2.5.1");
    let txa = segment("TXA", &[&[(2, "SP"), (4, "20240601"), (17, "LA"), (19, "AV")], txa].concat());
    let obx = obx("TX", "L^Text^L", text, "");
    let mut segments = vec![&*msh, PID, &*txa];
    if !text.is_empty() {
        segments.push(&obx);
    }
    message(&segments)
}

fn stands(messages: &[&str]) -> Vec<String> {
    let fold = |messages: &mut dyn Iterator<Item = &&str>| {
        let mut standing = std::collections::BTreeMap::new();
        for fact in messages.flat_map(|text| facts(text)) {
            let known = standing.entry(fact.key()).or_insert_with(|| fact.clone());
            if fact.supersedes(known) {
                *known = fact;
            }
        }
        let text = |it: &&Fact| it.reading != Reading::Coded && it.standing.counts();
        let mut all: Vec<_> =
            standing.values().filter(text).map(words).filter(|it| it.contains("ki67")).collect();
        all.sort_unstable();
        all
    };
    let there = fold(&mut messages.iter());
    assert_eq!(fold(&mut messages.iter().rev()), there, "the other way round");
    there
}

#[test]
fn an_original_is_read_with_the_standing_of_its_status() {
    let text = mdm("T02", 1, &[(12, "D1^TR")], TEXT);
    assert!(matches!(read(&text), Verdict::Keep(_)));
    assert_eq!(stands(&[&text]), ["ki67 2 % @2024-06-01"]);
    for (status, expected) in
        [("AU", "ki67 2 %"), ("DI", "Preliminary: ki67 2 %"), ("PA", "Preliminary: ki67 2 %")]
    {
        let text = mdm("T02", 1, &[(12, "D1^TR"), (17, status)], TEXT);
        assert_eq!(stands(&[&text]), [format!("{expected} @2024-06-01")], "{status}");
    }
}

#[test]
fn a_change_of_status_and_an_edit_come_under_the_same_number() {
    let dictated = mdm("T02", 1, &[(12, "D1^TR"), (17, "DI")], TEXT);
    let signed = mdm("T04", 2, &[(12, "D1^TR"), (17, "LA")], TEXT);
    let edited = mdm("T08", 3, &[(12, "D1^TR")], &TEXT.replace("2 %", "3 %"));
    assert_eq!(stands(&[&dictated, &signed]), ["ki67 2 % @2024-06-01"]);
    assert_eq!(stands(&[&dictated, &signed, &edited]), ["Corrected: ki67 3 % @2024-06-01"]);
}

#[test]
fn an_addendum_stands_beside_its_parent() {
    let original = mdm("T02", 1, &[(12, "D1^TR")], TEXT);
    let more = [(4, "20240603"), (12, "D2^TR"), (13, "D1^TR")];
    let addendum = mdm("T06", 2, &more, &format!("ADDENDUM: {}", TEXT.replace("2 %", "4 %")));
    assert_eq!(stands(&[&original, &addendum]), ["ki67 2 % @2024-06-01", "ki67 4 % @2024-06-03"]);
    let cancelled = mdm("T11", 3, &[(12, "D2^TR")], "");
    assert_eq!(stands(&[&original, &addendum, &cancelled]), ["ki67 2 % @2024-06-01"]);
}

#[test]
fn a_replacement_takes_the_place_of_its_parent_in_any_chain() {
    let first = mdm("T02", 1, &[(12, "D1^TR")], TEXT);
    let second = mdm("T10", 2, &[(12, "D2^TR"), (13, "D1^TR")], &TEXT.replace("2 %", "5 %"));
    let third = mdm("T10", 3, &[(12, "D3^TR"), (13, "D2^TR")], &TEXT.replace("2 %", "6 %"));
    assert_eq!(stands(&[&first, &second]), ["Corrected: ki67 5 % @2024-06-01"]);
    assert_eq!(stands(&[&first, &second, &third]), ["Corrected: ki67 6 % @2024-06-01"]);
}

#[test]
fn a_cancelled_or_obsolete_document_is_withdrawn_for_those_known() {
    let first = mdm("T02", 1, &[(12, "D1^TR")], TEXT);
    let gone = [
        mdm("T11", 2, &[(12, "D1^TR")], ""),
        mdm("T03", 2, &[(12, "D1^TR"), (19, "CA")], ""),
        mdm("T04", 2, &[(12, "D1^TR"), (19, "OB")], TEXT),
    ];
    for text in gone {
        assert!(matches!(read(&text), Verdict::KeepIfKnown(_)));
        assert_eq!(stands(&[&first, &text]), [""; 0]);
    }
}

#[test]
fn what_carries_nothing_to_read_is_not_ours() {
    let nothing = Verdict::NotRelevant("nothing about a tumour");
    assert_eq!(read(&mdm("T01", 1, &[(12, "D1^TR")], "")), nothing);
    assert_eq!(read(&mdm("T05", 1, &[(12, "D1^TR")], "")), Verdict::NotRelevant("message type"));
    let other = mdm("T02", 1, &[(2, "PR"), (12, "D1^TR")], "Seen for hypertension today.");
    assert!(matches!(read(&other), Verdict::KeepIfToldBefore(_)));
    let bare = mdm("T02", 1, &[(12, "D1^TR")], TEXT).replace("\rTXA", "\rZXA");
    assert_eq!(refused(&bare), "100 TXA[1]");
}
