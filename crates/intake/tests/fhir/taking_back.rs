//! A DiagnosticReport that comes again and says nothing of a tumour: kept where an earlier version of it is.

use lacteal_clinical::{Dossier, Fact, PatientId};
use lacteal_wire::read_fact;

use crate::given::{coded, subject};
use crate::world::World;

const TUMOUR: &str = "Ileum, resection: well differentiated neuroendocrine tumour. Ki-67 index 2 %.";
const NOTHING: &str = "Skin, excision: benign naevus.";

fn report(number: &str, id: &str, minute: u32, said: &str) -> String {
    format!(
        r#"{{"resourceType": "DiagnosticReport", "id": "{id}", "status": "final", "code": {}, {},
            "issued": "2024-06-02T12:{minute:02}:00Z", "effectiveDateTime": "2024-06-01", "conclusion": "{said}"}}"#,
        coded("http://loinc.org", "11529-5"),
        subject(number)
    )
}

#[tokio::test]
async fn a_report_that_no_longer_speaks_of_a_tumour_takes_back_what_its_earlier_version_said() {
    let world = World::with(|_| {}).await;
    for body in [
        report("4711", "r", 1, TUMOUR),
        report("4711", "other", 2, NOTHING),
        report("4712", "r", 2, NOTHING),
        report("4711", "r", 2, NOTHING),
    ] {
        assert_eq!(world.post("/fhir/DiagnosticReport", &body).await.status, 201);
    }
    let reports = world.reports().await;
    assert_eq!((reports.len(), world.subjects("intake.seen.*").await.len()), (2, 2));
    let patient = PatientId(reports[0].patient[..].try_into().expect("16 bytes"));
    let facts = reports.iter().flat_map(|report| &report.facts);
    let facts: Vec<Fact> = facts.map(|fact| read_fact(fact).expect("a fact")).collect();
    let stands = |facts: &[Fact]| {
        let dossier = Dossier::from_parts(patient, patient, facts.iter().cloned());
        dossier.standing_facts().filter(|fact| fact.finding.is_about_the_tumour()).count()
    };
    assert!(stands(&facts[..reports[0].facts.len()]) > 0);
    assert_eq!(stands(&facts), 0);
}
