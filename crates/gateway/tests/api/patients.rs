//! One patient, by pseudonym or record number.

use crate::world::{World, config, patient, risk};
use lacteal_wire::api::get_patient_request::By;
use lacteal_wire::api::{GetPatientRequest, Patient};
use lacteal_wire::{event, subject};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

async fn get(world: &World, by: By) -> Result<Patient, Status> {
    let answer = world.patients().await.get_patient(GetPatientRequest { by: Some(by) }).await?;
    Ok(answer.into_inner().patient.unwrap())
}

fn by_id(number: u8) -> By {
    By::PatientId(patient(number).to_string())
}

fn by_number(number: &str) -> By {
    By::RecordNumber(event::RecordNumber { authority: "HOSP".into(), number: number.into() })
}

#[tokio::test]
async fn a_patient_is_found_by_pseudonym_and_by_record_number() {
    let world = World::with(config()).await;
    world.put_dossier(1, None).await;
    world.put_plan(1, event::Status::Due).await;
    let found = get(&world, by_id(1)).await.unwrap();
    assert_eq!(found.patient_id, patient(1).to_string());
    assert_eq!(found.dossier.as_ref().unwrap().patient, patient(1).0);
    assert_eq!(found.plan.as_ref().unwrap().status(), event::Status::Due);
    assert_eq!(found.followed_from, "");
    assert_eq!(get(&world, by_number("1")).await.unwrap(), found);
    // The answer is the last that was stored: no work list stands in between.
    world.put_plan(1, event::Status::Overdue).await;
    assert_eq!(get(&world, by_id(1)).await.unwrap().plan.unwrap().status(), event::Status::Overdue);
}

#[tokio::test]
async fn an_unknown_patient_is_not_found_and_the_record_number_is_not_said_back() {
    let world = World::with(config()).await;
    let status = get(&world, by_number("987654321")).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let resource = status.get_error_details().resource_info().unwrap().clone();
    assert_eq!(
        (resource.resource_type.as_str(), resource.resource_name.as_str()),
        ("lacteal.v1.Patient", "")
    );
    assert!(!format!("{status:?}").contains("987654321"));
    assert!(!String::from_utf8_lossy(status.details()).contains("987654321"));
    let status = get(&world, by_id(1)).await.unwrap_err();
    assert_eq!(status.get_error_details().resource_info().unwrap().resource_name, patient(1).to_string());

    let field = |status: Status| {
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(!format!("{status:?}").contains("Mary"));
        status.get_error_details().bad_request().unwrap().field_violations[0].field.clone()
    };
    assert_eq!(field(get(&world, By::PatientId("Mary".into())).await.unwrap_err()), "patient_id");
    assert_eq!(field(get(&world, by_number(&"Mary".repeat(40))).await.unwrap_err()), "record_number");
    let nothing = world.patients().await.get_patient(GetPatientRequest { by: None }).await;
    assert_eq!(field(nothing.unwrap_err()), "by");
}

#[tokio::test]
async fn a_merged_patient_is_followed_to_the_survivor() {
    let world = World::with(config()).await;
    world.put_dossier(1, Some(2)).await;
    world.put_dossier(2, Some(3)).await;
    let unprocessed = get(&world, by_id(1)).await.unwrap();
    assert_eq!(unprocessed.patient_id, patient(2).to_string(), "the last that is known");
    world.put_dossier(3, None).await;
    let found = get(&world, by_id(1)).await.unwrap();
    assert_eq!((found.patient_id, found.followed_from), (patient(3).to_string(), patient(1).to_string()));

    world.put_dossier(3, Some(1)).await;
    let status = get(&world, by_id(1)).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition, "a circle of merges ends");
}

#[tokio::test]
async fn a_dossier_that_cannot_be_read_is_an_error_and_not_nobody() {
    let world = World::with(config()).await;
    world.put(risk(), subject::dossier(patient(1)), b"\xff\xff".to_vec()).await;
    assert_eq!(get(&world, by_id(1)).await.unwrap_err().code(), Code::DataLoss);
}
