//! FHIR R4 resources that are read.
