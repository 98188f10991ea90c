//! The `er7` crate as a second opinion: where both accept a message, both must see the same.
//!
//! Left out is what the two decide differently on purpose: line feeds inside texts, delimiters that the
//! header leaves out, formatting and highlighting escapes, and hexadecimal bytes that are no UTF-8.

use lacteal_hl7::{Charset, CharsetRule, Limits, Message};
use proptest::{collection::vec, prelude::*};

fn message() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        // No stop in front: behind a lone escape character it would make a formatting escape.
        6 => "([a-zé漢 \"][a-zé漢 .\"]{0,5})?",
        2 => prop::sample::select(vec!["^", "~", "&", "|", "\\F\\", "\\S\\", "\\T\\", "\\R\\", "\\E\\", "\\X41\\", "\\XC3BC\\"])
            .prop_map(str::to_owned),
        1 => prop::sample::select(vec!["\\", "\\Z1\\", "\\C2842\\", "\\Q\\", "\\X4\\", "\\XZZ\\"]).prop_map(str::to_owned),
    ];
    let segment = ("(PID|OBX|NTE|ZZ1)", vec(text, 0..20))
        .prop_map(|(name, parts)| format!("{name}|{}", parts.concat()));
    let encoding = prop_oneof![Just("^~\\&"), Just("^~\\&#")];
    (encoding, vec(segment, 0..5), prop_oneof![Just("\r"), Just("\r\n"), Just("\n")]).prop_map(
        |(encoding, segments, end)| {
            let header =
                format!("MSH|{encoding}|A^1|B|C|D|2024||ORU^R01^ORU_R01|1|P|2.5.1||||||UNICODE UTF-8");
            let mut lines = vec![header];
            lines.extend(segments);
            lines.join(end) + end
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_see_the_same_values(text in message()) {
        let theirs = er7::parse(&text).unwrap();
        let ours = Message::parse(text.into(), &Limits::default())
            .unwrap()
            .with_charset_rule(CharsetRule::Force(Charset::UTF_8));
        prop_assert_eq!(ours.segments().len(), theirs.segments.len());
        for (our_segment, their_segment) in ours.segments().zip(&theirs.segments) {
            prop_assert_eq!(our_segment.name().to_string(), their_segment.name.clone());
            for number in 1..30 {
                if our_segment.name() == "MSH" && number <= 2 {
                    continue;
                }
                let our_field = our_segment.field(number as u32);
                let Some(their_field) = their_segment.field(number) else {
                    prop_assert!(our_field.is_empty());
                    continue;
                };
                for repetition in 1..5 {
                    for component in 1..5 {
                        for subcomponent in 1..5 {
                            let our_value = our_field
                                .repetition(repetition as u32)
                                .component(component as u32)
                                .subcomponent(subcomponent as u32);
                            let their_value = their_field
                                .repetition(repetition)
                                .and_then(|found| found.component(component))
                                .and_then(|found| found.subcomponent(subcomponent));
                            let their_text = their_value.map(|found| found.value(&theirs.separators));
                            let is_null = their_value.is_some_and(|found| found.is_null());
                            let expected = if is_null { "".into() } else { their_text.unwrap_or_default() };
                            prop_assert_eq!(our_value.text().unwrap(), expected, "{}", our_value.location());
                        }
                    }
                }
            }
        }
    }
}
