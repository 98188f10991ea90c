//! MessageHeader, Provenance and Parameters: resources about other resources.

use crate::code::ResponseCode;
use crate::datatypes::{CodeableConcept, Coding, Identifier, Meta, Quantity, Reference, Timing};
use crate::element::{choice, element};
use crate::json::Json;
use crate::time::{DateTime, Instant};

element! {
    /// MessageHeader: the first entry of a message.
    resource MessageHeader {
        /// What happened.
        event: must_choice Event = "event",
        /// Who sent it, as an organisation.
        sender: one Reference = "sender",
        /// Which system sent it.
        source: must MessageSource = "source",
        /// Why it was sent.
        reason: one CodeableConcept = "reason",
        /// Which message it answers.
        response: one MessageResponse = "response",
        /// What it is about.
        focus: many Reference = "focus",
    }
}

choice! {
    /// MessageHeader.event\[x\].
    Event {
        /// As a code.
        Coding(Coding) = "Coding",
        /// As a URI.
        Uri(String) = "Uri",
    }
}

element! {
    /// MessageHeader.source.
    MessageSource {
        /// Name of the system.
        name: one String = "name",
        /// Name of its software.
        software: one String = "software",
        /// Version of its software.
        version: one String = "version",
        /// Where it can be reached.
        endpoint: one String = "endpoint",
    }
}

element! {
    /// MessageHeader.response.
    MessageResponse {
        /// The message it answers: its MessageHeader.id, or in practice its Bundle.identifier.
        identifier: must String = "identifier",
        /// How it went.
        code: must ResponseCode = "code",
        /// An OperationOutcome with the details.
        details: one Reference = "details",
    }
}

element! {
    /// Provenance: who made other resources, when and from what.
    resource Provenance {
        /// The resources it is about.
        target: many Reference = "target",
        /// When it was done.
        occurred: choice Timing = "occurred",
        /// When this was recorded.
        recorded: one Instant = "recorded",
        /// What was done.
        activity: one CodeableConcept = "activity",
        /// Who did it.
        agent: many Agent = "agent",
        /// What was used.
        entity: many ProvenanceEntity = "entity",
    }
}

element! {
    /// Provenance.agent.
    Agent {
        /// In which part.
        kind: one CodeableConcept = "type",
        /// Who.
        who: one Reference = "who",
        /// For whom.
        on_behalf_of: one Reference = "onBehalfOf",
    }
}

element! {
    /// Provenance.entity.
    ProvenanceEntity {
        /// Derivation, revision, source and so on.
        role: one String = "role",
        /// What.
        what: one Reference = "what",
    }
}

element! {
    /// Parameters: the input of an operation, such as `Patient/$merge`.
    Parameters {
        /// Logical id at the sender.
        id: one String = "id",
        /// Version and profiles.
        meta: one Meta = "meta",
        /// The parameters.
        parameter: many Parameter = "parameter",
    }
}

element! {
    /// Parameters.parameter.
    Parameter {
        /// Name, given by the operation.
        name: must String = "name",
        /// The value; of types that no operation here takes it stays in `extra`.
        value: choice ParameterValue = "value",
        /// A whole resource, kept as it is.
        resource: one Json = "resource",
        /// Parameters inside this one.
        part: many Parameter = "part",
    }
}

choice! {
    /// Parameters.parameter.value\[x\].
    ParameterValue {
        /// A reference.
        Reference(Reference) = "Reference",
        /// An identifier.
        Identifier(Box<Identifier>) = "Identifier",
        /// A code with words.
        CodeableConcept(CodeableConcept) = "CodeableConcept",
        /// A code.
        Coding(Coding) = "Coding",
        /// A bare code.
        Code(String) = "Code",
        /// Words.
        String(String) = "String",
        /// A URI.
        Uri(String) = "Uri",
        /// Yes or no.
        Boolean(bool) = "Boolean",
        /// A whole number.
        Integer(i64) = "Integer",
        /// A number with a unit.
        Quantity(Quantity) = "Quantity",
        /// A date or time.
        DateTime(DateTime) = "DateTime",
    }
}

/// What `Patient/$merge` is asked for: the parameters that FHIR R5 gives the operation, as servers of R4 take them too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merge<'a> {
    /// The record that goes (`source-patient`).
    pub source: Option<&'a Reference>,
    /// Its identifiers (`source-patient-identifier`).
    pub source_identifiers: Vec<&'a Identifier>,
    /// The record that stays (`target-patient`).
    pub target: Option<&'a Reference>,
    /// Its identifiers (`target-patient-identifier`).
    pub target_identifiers: Vec<&'a Identifier>,
    /// Whether only to say what would happen (`preview`).
    pub preview: bool,
}

impl Parameters {
    /// The request of a merge; `None` when either record is not given.
    pub fn merge(&self) -> Option<Merge<'_>> {
        let mut merge = Merge::default();
        for parameter in &self.parameter {
            match (parameter.name.as_str(), &parameter.value) {
                ("source-patient", Some(ParameterValue::Reference(it))) => merge.source = Some(it),
                ("target-patient", Some(ParameterValue::Reference(it))) => merge.target = Some(it),
                ("source-patient-identifier", Some(ParameterValue::Identifier(it))) => {
                    merge.source_identifiers.push(it);
                }
                ("target-patient-identifier", Some(ParameterValue::Identifier(it))) => {
                    merge.target_identifiers.push(it);
                }
                ("preview", Some(ParameterValue::Boolean(it))) => merge.preview = *it,
                _ => {}
            }
        }
        let source = merge.source.is_some() || !merge.source_identifiers.is_empty();
        let target = merge.target.is_some() || !merge.target_identifiers.is_empty();
        (source && target).then_some(merge)
    }
}
