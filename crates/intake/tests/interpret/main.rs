//! What messages say, as `interpret` reads them: pure, no broker, no clock.

#![expect(clippy::expect_used, clippy::panic, reason = "a test must fail loudly")]

mod documents;
mod given;
mod headers;
mod identity;
mod imaging;
mod intolerances;
mod laws;
mod markers;
mod merges;
mod observations;
mod persons;
mod places;
mod relevance;
mod reports;
mod results;
mod sources;
mod tnm;
mod versions;
