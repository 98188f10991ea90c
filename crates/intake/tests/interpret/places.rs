//! Each fact knows the bytes that it was read from.

use crate::given::{MSH_ORU, OBR, PID, facts, message, obx, segment, words};

#[test]
fn the_place_of_a_fact_is_the_field_and_the_bytes_of_its_value() {
    let person = segment("PID", &[(3, "9^^^SOUTH^SS~4711^^^NORTH^MR"), (7, "19600412"), (8, "F"), (30, "Y")]);
    let text = message(&[
        MSH_ORU,
        &person,
        &segment("DG1", &[(3, "X^x^L^C7A.012^NET^I10C"), (5, "20240301")]),
        &segment("OBR", &[(3, "A1"), (4, "41806-1^CT^LN"), (7, "20240502"), (25, "F")]),
        OBR,
        &obx("SN", "29593-1^Ki-67^LN", "<^5", "%"),
        &obx("NM", "33728-7^Size^LN", "14", "mm"),
        &segment("OBX", &[(2, "ST"), (3, "21899-0^T^LN"), (5, "pT3"), (11, "F"), (14, "00000101")]),
    ]);
    let shown: Vec<String> = facts(&text)
        .iter()
        .map(|fact| {
            let place = &fact.place;
            let bytes = &text[place.span_start as usize..place.span_end as usize];
            let at =
                [place.field, place.repetition, place.component].map(|number| number.to_string()).join(".");
            format!("{}[{}]-{at} {bytes:?} {}", place.segment, place.occurrence, words(fact))
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#"PID[1]-3.2.0 "4711^^^NORTH^MR" record NORTH 4711"#,
            r#"PID[1]-7.0.0 "19600412" born 1960-04-12"#,
            r#"PID[1]-8.0.0 "F" sex Female"#,
            r#"PID[1]-30.0.0 "Y" died"#,
            r#"DG1[1]-5.0.0 "20240301" Deleted: unread diagnosis invalid_date"#,
            r#"DG1[1]-3.1.4 "C7A.012" diagnosis icd-10-cm C7A012 @2024-03-01"#,
            r#"OBR[1]-7.0.0 "20240502" Deleted: unread imaging invalid_date"#,
            r#"OBR[1]-4.1.1 "41806-1" imaging ct abdomen @2024-05-02"#,
            r#"OBX[1]-5.0.0 "<^5" ki67 <5 % @2024-06-01"#,
            r#"OBX[2]-5.0.0 "14" size 14 mm @2024-06-01"#,
            r#"OBX[3]-5.0.0 "pT3" pT3"#,
            r#"OBX[3]-14.0.0 "00000101" unread tnm invalid_date"#,
        ]
    );
    assert!(text.contains(PID.split('|').next().expect("a name")));
}
