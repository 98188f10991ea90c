//! CapabilityStatement (R4 capabilitystatement.html): what an endpoint can do, as its owner says.

use crate::json::{Json, Object};

/// What the statement says. Lists that are empty are left out.
#[derive(Debug, Clone, Default)]
pub struct Capability<'a> {
    /// Name of the software.
    pub software_name: &'a str,
    /// Its version.
    pub software_version: &'a str,
    /// When the statement last changed (dateTime).
    pub date: &'a str,
    /// What this installation is, in a few words.
    pub description: &'a str,
    /// Media types, such as `application/fhir+json`.
    pub formats: &'a [&'a str],
    /// How callers are known, in words (`mutual TLS`); `None` when nothing is asked.
    pub security: Option<&'a str>,
    /// Resource types that may be sent one by one.
    pub resources: &'a [ResourceCapability<'a>],
    /// Interactions with the whole: `transaction`, `batch`.
    pub interactions: &'a [&'a str],
    /// Operations on the whole: name and the URL of the definition.
    pub operations: &'a [(&'a str, &'a str)],
}

/// What can be done with one type of resource.
#[derive(Debug, Clone, Default)]
pub struct ResourceCapability<'a> {
    /// The type.
    pub resource_type: &'a str,
    /// `create`, `update`, `delete` and so on.
    pub interactions: &'a [&'a str],
    /// Profiles that are understood.
    pub profiles: &'a [&'a str],
    /// Operations on the type: name and the URL of the definition.
    pub operations: &'a [(&'a str, &'a str)],
}

/// Writes the statement: of kind *instance*, for FHIR 4.0.1, one `rest` of mode *server*.
pub fn capability_statement(it: &Capability<'_>) -> Json {
    let mut software = Object::default();
    software.put("name", Json::from(it.software_name)).put("version", Json::from(it.software_version));
    let mut implementation = Object::default();
    implementation.put("description", Json::from(it.description));
    let mut rest = Object::default();
    rest.put("mode", Json::from("server"))
        .put("security", it.security.map(security))
        .put("resource", array(it.resources, resource))
        .put("interaction", array(it.interactions, |code| coded(code)))
        .put("operation", array(it.operations, operation));
    let mut statement = Object::default();
    statement
        .put("resourceType", Json::from("CapabilityStatement"))
        .put("status", Json::from("active"))
        .put("date", Json::from(it.date))
        .put("kind", Json::from("instance"))
        .put("software", Json::Object(software))
        .put("implementation", Json::Object(implementation))
        .put("fhirVersion", Json::from("4.0.1"))
        .put("format", array(it.formats, |format| Json::from(*format)))
        .put("rest", Json::Array(vec![Json::Object(rest)]));
    Json::Object(statement)
}

fn resource(it: &ResourceCapability<'_>) -> Json {
    let mut object = Object::default();
    object
        .put("type", Json::from(it.resource_type))
        .put("supportedProfile", array(it.profiles, |profile| Json::from(*profile)))
        .put("interaction", array(it.interactions, |code| coded(code)))
        .put("operation", array(it.operations, operation));
    Json::Object(object)
}

fn security(words: &str) -> Json {
    let mut object = Object::default();
    object.put("description", Json::from(words));
    Json::Object(object)
}

fn operation((name, definition): &(&str, &str)) -> Json {
    let mut object = Object::default();
    object.put("name", Json::from(*name)).put("definition", Json::from(*definition));
    Json::Object(object)
}

fn coded(code: &str) -> Json {
    let mut object = Object::default();
    object.put("code", Json::from(code));
    Json::Object(object)
}

fn array<T>(items: &[T], write: impl Fn(&T) -> Json) -> Option<Json> {
    (!items.is_empty()).then(|| Json::Array(items.iter().map(write).collect()))
}
