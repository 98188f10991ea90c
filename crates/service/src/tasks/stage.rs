//! The order of a stop.

/// When a task stops, from the outside of the process inwards: each stage stops only after all tasks of the
/// stages before it have ended, so a task may rely on everything of a later stage until its own end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Accepting connections (MLLP, FHIR, gRPC): nothing new comes in.
    Listeners,
    /// Connections and requests that were accepted: finish what was begun, answer, close.
    Requests,
    /// Work loops and followers: finish the batch in hand, take no other.
    Workers,
    /// Group commit: write what was handed over, tell those who wait.
    Writers,
    /// Connections to others, the broker among them: flush and close.
    Clients,
    /// A broker that runs as our child.
    Broker,
    /// The operations port, which answers probes to the end.
    Telemetry,
}

impl Stage {
    /// All stages in the order in which they stop.
    pub const ALL: [Self; 7] = [
        Self::Listeners,
        Self::Requests,
        Self::Workers,
        Self::Writers,
        Self::Clients,
        Self::Broker,
        Self::Telemetry,
    ];
}
