//! What is said of the patient beside the tumour: each row is a phrase and what is read of it.

use lacteal_clinical::finding::{Contrast, Presence};
use lacteal_narrative::{Certainty, Item, Kind, read};

fn said(text: &str) -> Vec<(Item, Certainty)> {
    let text = format!("Dear colleague,\nThis patient has a neuroendocrine tumour of the ileum.\n{text}\n");
    let report = read(&text, Kind::Clinic);
    let wanted = |it: &Item| matches!(it, Item::CarcinoidSyndrome(_) | Item::ContrastIntolerance(_));
    report.statements.into_iter().filter(|it| wanted(&it.item)).map(|it| (it.item, it.certainty)).collect()
}

#[test]
fn carcinoid_syndrome_is_there_or_not_and_in_doubt_for_people_to_look_at() {
    use Certainty::{Stated, Uncertain};
    use Presence::{Absent, Present};
    for (text, expected) in [
        ("She has carcinoid syndrome with flushing.", Some((Present, Stated))),
        ("Symptoms of carcinoid syndrome persist on lanreotide.", Some((Present, Stated))),
        ("There are no symptoms of carcinoid syndrome.", Some((Absent, Stated))),
        ("No evidence of carcinoid syndrome.", Some((Absent, Stated))),
        ("Possible carcinoid syndrome.", Some((Present, Uncertain))),
        ("Previous carcinoid syndrome.", Some((Present, Uncertain))),
        ("He reports flushing and diarrhoea.", Some((Present, Uncertain))),
        ("He denies flushing or diarrhoea.", Some((Absent, Uncertain))),
        ("Flushing after the menopause.", None),
        ("Her mother had carcinoid syndrome.", None),
        ("Urinary 5-HIAA to exclude carcinoid syndrome.", None),
        ("Irritable bowel syndrome.", None),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(it, sure)| (Item::CarcinoidSyndrome(it), sure)).collect();
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn a_contrast_medium_is_not_tolerated_only_where_it_is_named() {
    use Certainty::{Stated, Uncertain};
    use Contrast::{Gadolinium, Iodinated};
    for (text, expected) in [
        ("Iodinated contrast allergy.", Some((Iodinated, Stated))),
        ("Allergies: iodinated contrast (urticaria).", Some((Iodinated, Stated))),
        ("TECHNIQUE: unenhanced CT because of a previous reaction to iohexol.", Some((Iodinated, Stated))),
        ("Anaphylaxis after gadobutrol in 2019.", Some((Gadolinium, Stated))),
        ("Possible allergy to gadolinium.", Some((Gadolinium, Uncertain))),
        ("No known allergy to iodinated contrast.", None),
        ("Not allergic to gadolinium.", None),
        ("Iodinated contrast was given without reaction.", None),
        ("CT with iodinated contrast. Allergy to penicillin.", None),
        ("Contrast was not given because of renal failure.", None),
        ("Allergic to contrast.", None),
        ("His brother is allergic to iodinated contrast.", None),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(it, sure)| (Item::ContrastIntolerance(it), sure)).collect();
        assert_eq!(said(text), expected, "{text}");
    }
}
