//! Group 7, the types of OBX-2. A value that cannot be read under a known code is unread with its reason; attachments of
//! 0.9 and 5 MiB are stored whole by `a_message_above_the_brokers_limit_is_stored_whole` of the real-broker tests.

use data_encoding::BASE64;
use lacteal_intake::Verdict;

use crate::answered::answer;
use crate::given::{about_the_tumour, message, obx, pathology, read};

fn stated(kind: &str, code: &str, value: &str, unit: &str) -> String {
    let text = pathology(&[&obx(kind, &format!("{code}^^LN"), value, unit)]);
    assert_eq!(answer(&*text), "AA", "{kind} {value}");
    let all = about_the_tumour(&text);
    let [one] = &all[..] else { panic!("{kind} {value}: {all:?}") };
    one.trim_end_matches(" @2024-06-01").to_owned()
}

#[test]
fn each_type_is_read_or_unread_with_its_reason() {
    const KI67: &str = "29593-1";
    for (kind, value, unit, expected) in [
        ("NM", "5", "%", "ki67 5 %"),
        ("NM", "4,5", "%", "ki67 4.5 %"),
        ("NM", "1,200", "%", "unread ki67 ambiguous"),
        ("NM", "5E0", "%", "unread ki67 not_a_number"),
        ("NM", "five", "%", "unread ki67 not_a_number"),
        ("NM", "5", "", "unread ki67 unit_missing"),
        ("SN", "<^5", "%", "ki67 <5 %"),
        ("SN", ">=^10", "%", "ki67 >=10 %"),
        ("SN", "^2^-^4", "%", "ki67 2 % to 4 %"),
        ("SN", "^1^:^128", "%", "unread ki67 unknown_form"),
        ("NR", "2^4", "%", "ki67 2 % to 4 %"),
        ("ST", "<5 %", "", "ki67 <5 %"),
        ("TX", "2-3 %", "", "ki67 2 % to 3 %"),
        ("FT", "5 %", "", "ki67 5 %"),
        ("CE", "5%^five^L", "", "ki67 5 %"),
        ("DT", "20240601", "%", "unread ki67 unsupported_type"),
        ("DTM", "20240601", "%", "unread ki67 unsupported_type"),
        ("TS", "20240601", "%", "unread ki67 unsupported_type"),
        ("TM", "1200", "%", "unread ki67 unsupported_type"),
        ("DR", "20240601^20240602", "%", "unread ki67 unsupported_type"),
        ("ED", "^TEXT^plain^A^5", "%", "unread ki67 unsupported_type"),
        ("RP", "1^x^IM", "%", "unread ki67 unsupported_type"),
        ("NA", "5^6", "%", "unread ki67 unsupported_type"),
        ("", "", "", "unread ki67 empty"),
    ] {
        assert_eq!(stated(kind, KI67, value, unit), expected, "{kind} {value}");
    }
    for kind in ["CWE", "CE", "CNE", "CF"] {
        assert_eq!(stated(kind, "21855-2", "C17.2^Ileum^ICDO3", ""), "site Ileum", "{kind}");
        assert_eq!(stated(kind, "33732-9", "G2^Grade 2^L", ""), "grade G2", "{kind}");
    }
    assert_eq!(stated("ID", "33761-8", "Y", ""), "lymphovascular true");
}

const WORDS: &str =
    "Terminal ileum, resection: well differentiated neuroendocrine tumour, G1.\nKi-67 index: 2 %.";

#[test]
fn a_plain_text_in_an_attachment_is_read() {
    let packed = BASE64.encode(WORDS.as_bytes());
    for value in [
        format!("^TEXT^plain^Base64^{packed}"),
        format!("PATH^text/plain^^base64^{}", packed.trim_end_matches('=')),
        format!("^text^PLAIN^A^{}", WORDS.replace('\n', "\\.br\\")),
    ] {
        let stated = about_the_tumour(&pathology(&[&obx("ED", "11529-5^Report^LN", &value, "")]));
        assert!(stated.contains(&"ki67 2 % @2024-06-01".to_owned()), "{stated:?}");
    }
}

#[test]
fn a_report_that_is_nothing_but_a_picture_shows_as_unread_of_those_known() {
    for size in [0.9, 5.0] {
        let bytes = vec![b'%'; (size * 1024.0 * 1024.0) as usize];
        let value = format!("^AP^PDF^Base64^{}", BASE64.encode(&bytes));
        let attached = obx("ED", "11529-5^Report^LN", &value, "");
        let text = pathology(&[&attached]);
        assert!(matches!(read(&text), Verdict::KeepIfKnown(_)));
        assert_eq!(about_the_tumour(&text), ["unread diagnosis unknown_form"]);
        assert_eq!(answer(text), "AA");
        // Beside a value or a text it is the same report again.
        let index = obx("NM", "29593-1^Ki-67^LN", "5", "%");
        assert_eq!(about_the_tumour(&pathology(&[&index, &attached])), ["ki67 5 % @2024-06-01"]);
        let words = obx("TX", "11529-5^Report^LN", "Ileum: neuroendocrine tumour. Ki-67 index: 5 %.", "");
        let both = about_the_tumour(&pathology(&[&words, &attached]));
        assert!(both.contains(&"ki67 5 % @2024-06-01".to_owned()), "{both:?}");
        assert!(!both.iter().any(|it| it.contains("unknown_form")), "{both:?}");
    }
    let pointer = pathology(&[&obx("RP", "11529-5^Report^LN", "1.2.3&PACS^archive^AP^PDF", "")]);
    assert_eq!(about_the_tumour(&pointer), ["unread diagnosis unknown_form"]);
}

#[test]
fn an_attachment_that_cannot_be_unpacked_shows_as_unread() {
    let value = "^TEXT^plain^Base64^***";
    let text = pathology(&[&obx("ED", "11529-5^Report^LN", value, "")]);
    assert!(matches!(read(&text), Verdict::KeepIfKnown(_)));
    assert_eq!(about_the_tumour(&text), ["unread diagnosis unknown_form"]);
    assert_eq!(answer(message(&[&text])), "AA");
}
