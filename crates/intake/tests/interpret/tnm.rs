//! TNM categories: prefixes, the basis that the code stands for, and values that contradict it.

use crate::given::{about_the_tumour, obx, pathology};

fn check(code: &str, value: &str, expected: &str) {
    let kind = if value.contains('^') { "CWE" } else { "ST" };
    let stated = about_the_tumour(&pathology(&[&obx(kind, &format!("{code}^^LN"), value, "")]));
    assert_eq!(stated, [format!("{expected} @2024-06-01")], "{code} {value}");
}

#[test]
fn the_code_tells_the_basis_that_the_text_leaves_out() {
    for (code, value, expected) in [
        ("21899-0", "pT3", "pT3"),
        ("21899-0", "T3", "pT3"),
        ("21899-0", "3", "pT3"),
        ("21899-0", "ypT3(m)", "ypT3(m)"),
        ("21899-0", "yT3", "ypT3"),
        ("21899-0", "pT3^pT3 category^L", "pT3"),
        ("21899-0", "12345^pT3^L", "pT3"),
        ("21900-6", "pN1 (2/13)", "pN1 (2/13)"),
        ("21900-6", "N1", "pN1"),
        ("21900-6", "pNX", "pNX"),
        ("21901-4", "pM1a", "pM1a"),
        ("21901-4", "M1a", "pM1a"),
        ("21905-5", "cT2", "cT2"),
        ("21905-5", "T2", "cT2"),
        ("21906-3", "cN1", "cN1"),
        ("21907-1", "cM0", "cM0"),
    ] {
        check(code, value, expected);
    }
}

#[test]
fn absence_of_distant_metastasis_is_never_pathological() {
    check("21901-4", "pM0", "M0");
    check("21901-4", "M0", "M0");
}

#[test]
fn a_value_that_contradicts_its_code_is_unread() {
    for (code, value) in [("21899-0", "cT3"), ("21905-5", "pT3"), ("21906-3", "pN1"), ("21901-4", "cM1")] {
        check(code, value, "unread tnm ambiguous");
    }
    check("21899-0", "pT3^pT4^L", "unread tnm ambiguous");
}

#[test]
fn what_is_no_category_of_the_axis_is_unread() {
    for (code, value) in
        [("21899-0", "pN1"), ("21899-0", "pT5"), ("21899-0", "T"), ("21900-6", "N3"), ("21901-4", "none")]
    {
        check(code, value, "unread tnm unknown_form");
    }
}
