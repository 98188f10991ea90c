//! Group 3, faults on the way. They need a broker, and are held by the real-broker tests: away
//! (`while_the_broker_is_away_connections_close_without_an_answer`), hanging
//! (`a_broker_that_hangs_is_waited_for_no_longer_than_one_that_is_away`), full
//! (`a_full_stream_takes_nothing_and_loses_nothing`), lost answers and kills between store and answer
//! (`many_senders_through_kills_of_the_broker_lose_nothing_and_store_nothing_twice`). What they rest on is here: a
//! message that is sent again states the same again.

use crate::answered::{answer, facts_of, msh, pid, stands};
use crate::given::{message, obx, segment};

#[test]
fn a_message_that_is_sent_again_states_the_same_and_changes_nothing() {
    let text = message(&[
        &msh("ORU^R01", "M1", 0),
        &pid("1"),
        &segment("OBR", &[(3, "F1"), (7, "20240601")]),
        &obx("NM", "29593-1^Ki-67^LN", "5", "%"),
    ]);
    assert_eq!(answer(&*text), "AA");
    assert_eq!(facts_of(&[&text]), facts_of(&[&text]));
    assert_eq!(stands(&[&text, &text]), ["ki67 5 % @2024-06-01"]);
}
