//! Group 2, acknowledgement: MSH-15 and MSH-16 in all combinations, for what is taken, what fails for the moment and
//! what is refused. Through a socket: `each_outcome_is_told_as_msh_15_and_16_ask` and
//! `a_source_that_wants_errors_gets_one_and_keeps_its_connection` of the real-broker tests.

use lacteal_hl7::{AckMode, Outcome};

use crate::answered::{answer, pid};
use crate::given::{message, obx};

const CONDITIONS: [&str; 5] = ["", "AL", "NE", "ER", "SU"];

/// Whether table 0155 asks for an answer.
fn asks(condition: &str, outcome: Outcome) -> bool {
    match condition {
        "AL" => true,
        "ER" => outcome != Outcome::Accept,
        "SU" => outcome == Outcome::Accept,
        _ => false,
    }
}

/// What the standard owes: one answer in the original mode; in the enhanced mode the accept answer as MSH-15 asks and
/// the application answer as MSH-16 asks, but none after a refusal that was told already.
fn owed(accept: &str, application: &str, outcome: Outcome) -> String {
    let letter = match outcome {
        Outcome::Accept => "A",
        Outcome::Error => "E",
        Outcome::Reject => "R",
    };
    if accept.is_empty() && application.is_empty() {
        return format!("A{letter}");
    }
    let commits = asks(accept, outcome);
    let is_told = commits && outcome != Outcome::Accept;
    let commit = commits.then(|| format!("C{letter}"));
    let applies = (asks(application, outcome) && !is_told).then(|| format!("A{letter}"));
    commit.into_iter().chain(applies).collect::<Vec<_>>().join(", ")
}

fn sent(accept: &str, application: &str, number: &str) -> String {
    let msh = format!("MSH|^~\\&|A|B|C|D|20240610||ORU^R01|M1|P|2.5.1|||{accept}|{application}");
    message(&[&msh, &pid(number), &obx("NM", "29593-1^Ki-67^LN", "5", "%")])
}

#[test]
fn what_is_taken_and_what_is_refused_is_told_as_msh_15_and_16_ask() {
    for accept in CONDITIONS {
        for application in CONDITIONS {
            let taken = answer(sent(accept, application, "1"));
            assert_eq!(taken, owed(accept, application, Outcome::Accept), "{accept} {application}");
            let refused = answer(sent(accept, application, ""));
            let expected = format!("{} 101", owed(accept, application, Outcome::Reject));
            assert_eq!(refused, expected.trim_start(), "{accept} {application}");
        }
    }
}

#[test]
fn what_fails_for_the_moment_is_told_as_msh_15_and_16_ask() {
    for accept in CONDITIONS {
        for application in CONDITIONS {
            let told = AckMode::read(accept.as_bytes(), application.as_bytes()).owed(Outcome::Error);
            let codes = told.accept.into_iter().chain(told.application).map(|code| code.as_str());
            let codes = codes.collect::<Vec<_>>().join(", ");
            assert_eq!(codes, owed(accept, application, Outcome::Error), "{accept} {application}");
        }
    }
}
