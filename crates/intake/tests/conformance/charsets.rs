//! Group 5, charsets, and every escape in each of them: a statement is found in the text, and so are its bytes.

use bytes::Bytes;
use lacteal_clinical::{Fact, Finding};
use lacteal_hl7::{Limits, Message};
use lacteal_intake::{SourceConfig, Verdict};

use crate::answered::{answer, answer_of};
use crate::given::{Given, kept, words};

/// The word `Größe` as each charset writes it.
const CHARSETS: [(&str, &str, &[u8]); 8] = [
    ("", "ASCII", b"Groesse"),
    ("8859/1", "ASCII", b"Gr\xF6\xDFe"),
    ("8859/15", "ASCII", b"Gr\xF6\xDFe"),
    ("8859/2", "ASCII", b"Gr\xF6\xDFe"),
    ("", "windows-1252", b"Gr\xF6\xDFe"),
    ("UNICODE UTF-8", "ASCII", "Größe".as_bytes()),
    ("", "UNICODE UTF-8", "Größe".as_bytes()),
    ("UNICODE", "8859/1", "Größe".as_bytes()),
];

fn message(declared: &str, text: &[u8]) -> Vec<u8> {
    let head = format!(
        "MSH|^~\\&|PATH|NORTH|L|N|20240610120000||ORU^R01|M1|P|2.5.1||||||{declared}\rPID|1||1^^^NORTH^MR\r\
         OBR|1||F1|11529-5^Pathology^LN|||20240601\rOBX|1|FT|22637-3^Diagnosis^LN||"
    );
    [head.as_bytes(), text, b"||||||F"].concat()
}

fn given(charset: &str) -> Given {
    let source = SourceConfig { charset: charset.to_owned(), ..SourceConfig::default() };
    Given { source, ..Given::default() }
}

fn read(given: &Given, bytes: &[u8]) -> Verdict {
    let message = Message::parse(Bytes::copy_from_slice(bytes), &Limits::default()).expect("a message");
    let rule = lacteal_intake::Source::new(&given.source).expect("a source").charset;
    given.verdict(&message.with_charset_rule(rule))
}

fn ki67(facts: &[Fact]) -> &Fact {
    let is_index = |fact: &&Fact| matches!(fact.finding, Finding::Ki67(_));
    facts
        .iter()
        .find(is_index)
        .unwrap_or_else(|| panic!("no index in {:?}", facts.iter().map(words).collect::<Vec<_>>()))
}

#[test]
fn a_statement_is_read_in_every_charset_among_every_escape() {
    let escapes = [
        "\\F\\",
        "\\S\\",
        "\\T\\",
        "\\R\\",
        "\\E\\",
        "\\X41\\",
        "\\X0A\\",
        "\\.br\\",
        "\\.sp2\\",
        "\\.in+2\\",
        "\\.ti-1\\",
        "\\.fi\\",
        "\\.nf\\",
        "\\.sk3\\",
        "\\.ce\\",
        "\\H\\",
        "\\N\\",
        "\\C2842\\",
        "\\M242942\\",
        "\\Zxx\\",
        "\\Q\\",
    ];
    for (declared, assumed, word) in CHARSETS {
        for escape in escapes {
            let before = [b"Ileum: neuroendocrine tumour. ", word, b" 21 mm ", escape.as_bytes()].concat();
            let text =
                [&before[..], b"\\.br\\Ki-67 index: 5 %.\\.br\\ ", escape.as_bytes(), b" end"].concat();
            let bytes = message(declared, &text);
            let facts = kept(read(&given(assumed), &bytes));
            let fact = ki67(&facts);
            assert_eq!(words(fact), "ki67 5 % @2024-06-01", "{declared} {assumed} {escape}");
            let span = fact.place.span_start as usize..fact.place.span_end as usize;
            let said = String::from_utf8_lossy(&bytes[span]);
            assert!(said.contains('5') && said.len() < 30, "{declared} {assumed} {escape}: {said}");
        }
    }
}

#[test]
fn an_unclosed_escape_is_text() {
    let bytes = message("", b"Ileum: neuroendocrine tumour. Ki-67 index: 5 %. C:\\temp");
    assert_eq!(words(ki67(&kept(read(&Given::default(), &bytes)))), "ki67 5 % @2024-06-01");
}

#[test]
fn a_byte_order_mark_says_utf_8() {
    let text = "Größe. Ileum: neuroendocrine tumour. Ki-67 index: 5 %.";
    let bytes = [b"\xEF\xBB\xBF".to_vec(), message("", text.as_bytes())].concat();
    assert_eq!(words(ki67(&kept(read(&Given::default(), &bytes)))), "ki67 5 % @2024-06-01");
}

#[test]
fn bytes_that_the_charset_does_not_have_are_acknowledged_and_shown_as_unread() {
    let bytes = message("UNICODE UTF-8", b"Gr\xF6\xDFe. Ki-67 index: 5 %.");
    assert_eq!(answer(bytes.clone()), "AA");
    let verdict = read(&Given::default(), &bytes);
    assert!(matches!(verdict, Verdict::KeepIfKnown(_)), "whether it concerns anybody cannot be read");
    assert!(kept(verdict).iter().any(|fact| words(fact) == "unread diagnosis unknown_form"));
    // Its plain letters tell of a tumour: it is kept whoever the patient is, and nothing is read out of it.
    let bytes =
        message("UNICODE UTF-8", b"Ileum: neuroendocrine tumour, Gr\xF6\xDFe 21 mm. Ki-67 index: \xB15 %.");
    let verdict = read(&Given::default(), &bytes);
    assert!(matches!(verdict, Verdict::Keep(_)), "{verdict:?}");
    let facts: Vec<_> = kept(verdict).iter().map(words).filter(|it| !it.starts_with("record")).collect();
    assert_eq!(facts, ["unread diagnosis unknown_form"]);
}

#[test]
fn without_a_word_about_it_bytes_that_are_utf_8_are_utf_8() {
    let given = Given::default();
    let text = "Ileum: neuroendocrine tumour, Größe 21 mm. Ki-67 index: ≤2 %.";
    let facts = kept(read(&given, &message("", text.as_bytes())));
    assert_eq!(words(ki67(&facts)), "ki67 <=2 % @2024-06-01");
}

#[test]
fn a_charset_that_is_not_known_is_refused() {
    assert_eq!(answer_of(&Given::default(), message("KLINGON", b"x")), "AR 103");
    assert_eq!(answer_of(&Given::default(), message("UNICODE UTF-16", b"x")), "AR 103");
}
