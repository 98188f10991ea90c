//! Any bytes as a FHIR body: it is read or refused with issues, and what it says is found where it says so.
#![no_main]

use lacteal_fhir::{Limits, Resource, locate, operation_outcome, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = Limits::default();
    let input = match read(data, &limits) {
        Ok(input) => input,
        Err(issues) => {
            assert!(!issues.is_empty());
            let outcome = operation_outcome(&issues).to_text();
            assert!(read(outcome.as_bytes(), &limits).is_ok());
            return;
        }
    };
    for item in input.items() {
        assert!(data.get(item.place.span.clone()).is_some());
        assert_eq!(locate(data, &item.place.expression, &limits), Some(item.place.span.clone()));
        let _ = (input.subject_of(item), input.key_of(item), item.version());
        if !matches!(item.resource, Resource::Unreadable(_)) {
            let _ = item.resource.to_json().to_text();
        }
    }
    let _ = operation_outcome(input.issues()).to_text();
});
