//! What is kept of a message: reports, receipts, quarantine.

use lacteal_wire::read_fact;

use crate::world::{World, admission, alive, msh, patient, pid, report};

#[tokio::test]
async fn a_refused_message_is_in_quarantine_with_its_bytes_and_problems() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    let message = report("M1", "", 5);
    assert_eq!(sender.exchange(&message).await, "AR 101");
    let [kept] = &world.quarantined().await[..] else { panic!("one message") };
    assert_eq!(kept.raw, message.as_bytes());
    assert_eq!(kept.source, "default");
    let [problem] = &kept.problems[..] else { panic!("one problem") };
    assert_eq!((problem.code, problem.location.as_str()), (101, "PID[1]-3"));
    assert!(problem.text.contains("assigning authority"), "{}", problem.text);
}

#[tokio::test]
async fn the_rest_of_the_hospitals_traffic_leaves_a_receipt_and_no_bytes() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    for number in 0..10 {
        assert_eq!(sender.exchange(&admission(&format!("M{number}"), "1")).await, "AA");
    }
    assert_eq!((world.receipts().await, world.messages().await), (10, 10));
    for receipt in world.all("intake.seen.*").await {
        assert!(receipt.payload.len() < 100, "a receipt of {} bytes", receipt.payload.len());
    }
}

#[tokio::test]
async fn a_death_taken_back_is_kept_only_of_a_patient_who_is_known() {
    let world = World::new().await;
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&alive("M1", "1")).await, "AA");
    assert_eq!((world.reports("1").await.len(), world.receipts().await), (0, 1));
    assert_eq!(sender.exchange(&report("M2", "1", 5)).await, "AA");
    assert_eq!(sender.exchange(&alive("M3", "1")).await, "AA");
    assert_eq!(world.reports("1").await.len(), 2);
    assert_eq!(sender.exchange(&alive("M4", "2")).await, "AA", "another is still not known");
    assert_eq!(world.reports("2").await.len(), 0);
}

#[tokio::test]
async fn a_message_about_several_patients_is_stored_whole_with_its_bytes_once() {
    let world = World::new().await;
    let order = "OBR|1||F1|11529-5^Pathology^LN|||20240601";
    let ki67 = "OBX|1|NM|29593-1^Ki-67^LN||5|%|||||F";
    let numbers = ["1", "2", "3", "4", "5"];
    let groups: Vec<_> = numbers.iter().map(|number| [&pid(number), order, ki67].join("\r")).collect();
    let message = [&[msh("ORU^R01", "M1")], &groups[..]].concat().join("\r");
    let mut sender = world.sender().await;
    assert_eq!(sender.exchange(&message).await, "AA");
    let mut holders = Vec::new();
    for number in numbers {
        let [kept] = &world.reports(number).await[..] else { panic!("one report for each") };
        // The number, the result, and that its date is no longer unread.
        assert_eq!(kept.facts.len(), 3);
        for fact in &kept.facts {
            assert_eq!(read_fact(fact).expect("a fact").patient, patient(number));
        }
        if kept.raw.is_empty() {
            holders.push(kept.raw_in.clone());
        } else {
            assert_eq!(kept.raw, message.as_bytes());
            holders.push(patient(number).0.to_vec());
        }
    }
    holders.dedup();
    assert_eq!(holders.len(), 1, "all name the same holder of the bytes");
    assert_eq!(sender.exchange(&message).await, "AA");
    assert_eq!(world.messages().await, 5);
}

#[tokio::test]
async fn a_message_above_the_brokers_limit_is_stored_whole() {
    let world = World::new().await;
    let message = format!("{}\rOBX|2|ED|PDF^Report^L||{}||||||F", report("M1", "1", 5), "x".repeat(3 << 20));
    let mut sender = world.sender().await;
    for _ in 0..2 {
        assert_eq!(sender.exchange(&message).await, "AA");
    }
    let [kept] = &world.reports("1").await[..] else { panic!("one report") };
    assert!(kept.raw == message.as_bytes(), "other bytes");
    let refused = format!("{}\rOBX|2|ED|PDF^Report^L||{}||||||F", report("M2", "", 5), "x".repeat(3 << 20));
    assert_eq!(sender.exchange(&refused).await, "AR 101");
    assert!(world.quarantined().await[0].raw == refused.as_bytes(), "other bytes");
}
