//! Facts out of report text: from English pathology, radiology and clinic text to statements with their place.
//!
//! Hospitals hardly ever send Ki-67 or "no liver metastasis" as a coded value; it stands in the text. [`read`] cuts the
//! text into words, undoes its layout (sections, fields, tables, tick boxes, wrapped lines), finds the phrases that deny,
//! doubt or date, decides whether the tumour is a NET of the small bowel, and lets plain rules put down what is said.
//! Each [`Statement`] carries the bytes that say it, the sentence around them, the section, the name of the rule and how
//! sure the text is. [`Report::summary`] gives one value a field.
//!
//! It promises: no text panics; work is linear in its length; spans lie inside the text on character boundaries; a
//! report about another tumour yields no statement about a tumour; what is asked for, denied, doubted, planned, past or a
//! relative's is not stated as present; statements that do not agree are told in [`Report::contradictions`].
//!
//! It does not derive (no T from an extent, no grade from Ki-67), does not know the patient, reads no other language, and
//! resolves nothing silently. It has no IO, clock, thread or regular expression.

mod contradictions;
mod cues;
mod extent;
mod fields;
mod focality;
mod grade;
mod imaging;
mod invasion;
mod item;
mod kind;
mod layout;
mod liver;
mod nodes;
mod numbers;
mod patient;
mod proliferation;
mod revised;
mod scene;
mod scope;
mod sections;
mod size;
mod stage;
mod summary;
mod tokens;
mod tumours;
mod words;

pub use contradictions::{Contradiction, ContradictionKind};
pub use item::{Analyte, Certainty, Depth, Histology, Item, MitoticField, Stain, Statement};
pub use kind::Kind;
pub use sections::Section;
pub use summary::{Interval, Summary};

use scene::{Draft, Scene};

/// Most bytes of a text that are read; what is beyond is left out.
pub const TEXT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What was read out of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Kind of report, as asked for or as found.
    pub kind: Kind,
    /// Whether the tumour is a NET of jejunum, ileum, Meckel's diverticulum or small bowel. `false`: it is another tumour,
    /// of another organ, or none. `None`: the text does not decide.
    pub in_scope: Option<bool>,
    /// What is said, in the order of the text.
    pub statements: Vec<Statement>,
    /// What does not agree.
    pub contradictions: Vec<Contradiction>,
}

/// Reads a text. Never fails: a text that says nothing yields nothing.
pub fn read(text: &str, kind: Kind) -> Report {
    reading(text, kind, false)
}

/// As [`read`], for a patient whose tumour may be known from elsewhere: a scan that names no tumour of any kind is
/// undecided, not out of scope, and tells what it says of the liver.
pub fn read_of_known(text: &str, kind: Kind) -> Report {
    reading(text, kind, true)
}

fn reading(text: &str, kind: Kind, is_known: bool) -> Report {
    let text = text.get(..floor_char(text, TEXT_BYTES_MAX)).unwrap_or(text);
    let kind = kind.resolve(text);
    let text = &*layout::unfolded(text);
    let lower = tokens::lower(text);
    // Typed without a single capital, a text tells no more by its letters than one all in capitals: `net` is NET.
    let upper = (lower == text).then(|| text.to_ascii_uppercase());
    let scene = Scene::new(upper.as_deref().unwrap_or(text), &lower, kind);
    let mentions: Vec<_> =
        scene.units.iter().enumerate().map(|(u, unit)| tumours::mentions(&scene, u, unit)).collect();
    let mut drafts = Vec::new();
    let mut in_scope = scope::judge(&scene, &mentions, &mut drafts);
    let is_open = is_known && in_scope == Some(false) && scope::names_no_tumour(&scene);
    if is_open && scene.kind == Kind::Radiology {
        in_scope = None;
        facts(&scene, &tumours::Topics::new(&scene, &mentions), &mut drafts);
        drafts.retain(|it| matches!(it.item, Item::LiverMetastasis(_) | Item::LiverLesionSize(_)));
    } else if in_scope != Some(false) {
        scope::histology(&scene, &mentions, &mut drafts);
        let topics = tumours::Topics::new(&scene, &mentions);
        facts(&scene, &topics, &mut drafts);
        extent::doubt_beside_category(&mut drafts);
        if scope::holds_only_metastasis(&scene, &mentions) {
            doubt_proliferation(&mut drafts);
        }
    }
    imaging::imaging(&scene, &mut drafts);
    let statements = statements(&scene, drafts);
    let contradictions = contradictions::find(&statements);
    Report { kind, in_scope, statements, contradictions }
}

fn floor_char(text: &str, most: usize) -> usize {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// Lets the rules run over the units; what belongs to another tumour is dropped.
fn facts(scene: &Scene<'_>, topics: &tumours::Topics, drafts: &mut Vec<Draft>) {
    let kind = scene.kind;
    let mut open_nodes = None;
    let mut owner = size::Owner::Unknown;
    let mut liver_subject = false;
    for (u, unit) in scene.units.iter().enumerate() {
        patient::contrast(scene, u, unit, drafts);
        if matches!(
            unit.section,
            Section::Comparison | Section::Technique | Section::Family | Section::Recommendation
        ) {
            continue;
        }
        let from = drafts.len();
        proliferation::ki67(scene, u, unit, drafts);
        proliferation::mitoses(scene, u, unit, drafts);
        grade::grade(scene, u, unit, drafts);
        stage::tnm(scene, u, unit, drafts);
        stage::stage_group(scene, u, unit, drafts);
        nodes::nodes(scene, u, unit, &mut open_nodes, drafts);
        size::size(scene, u, unit, &mut owner, drafts);
        extent::extent(scene, u, unit, drafts);
        focality::focality(scene, u, unit, drafts);
        invasion::vessels_and_nerves(scene, u, unit, drafts);
        invasion::margin(scene, u, unit, drafts);
        invasion::mesentery(scene, u, unit, drafts);
        imaging::stains(scene, u, unit, drafts);
        revised::drop_replaced(scene, unit, drafts, from);
        let mut kept = drafts.split_off(from);
        kept.retain(|it| {
            // What pathology found is true of the day in a letter's history, too.
            let own = unit.section.is_own()
                || kind == Kind::Clinic && layout::is_pathology(&scene.text, unit.label.clone());
            topics.allows(u, it.tokens.start) && (own || !of_the_day(&it.item))
        });
        drafts.append(&mut kept);
        imaging::measurements(scene, u, unit, drafts);
        patient::carcinoid_syndrome(scene, u, unit, drafts);
        let from = drafts.len();
        liver::liver(scene, u, unit, &mut liver_subject, drafts);
        let mut kept = drafts.split_off(from);
        kept.retain(|it| !(kind == Kind::Pathology && topics.is_foreign(u, it.tokens.start)));
        drafts.append(&mut kept);
    }
    liver::drop_overtaken(scene, drafts);
    liver::no_metastasis_anywhere(scene, drafts);
}

/// Where only a metastasis was sent, its Ki-67 and mitoses are not the primary's: for people to look at.
fn doubt_proliferation(drafts: &mut [Draft]) {
    for draft in drafts.iter_mut() {
        if matches!(draft.item, Item::Ki67(_) | Item::Mitoses { .. }) {
            draft.certainty = Certainty::Uncertain;
        }
    }
}

/// What changes from day to day counts only where the report found it.
fn of_the_day(item: &Item) -> bool {
    matches!(
        item,
        Item::MesentericMass(_)
            | Item::MesentericMassSeen(_)
            | Item::LiverLesionSize(_)
            | Item::LiverMetastasis(_)
    )
}

fn statements(scene: &Scene<'_>, drafts: Vec<Draft>) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let Some(unit) = scene.units.get(draft.unit) else { continue };
        let span = scene.text.span(draft.tokens);
        let sentence = scene.text.span(unit.tokens.clone());
        let start = if unit.label.is_empty() {
            sentence.start
        } else {
            scene.text.span(unit.label.clone()).start.min(sentence.start)
        };
        let statement = Statement {
            item: draft.item,
            span,
            sentence: start..sentence.end,
            section: unit.section,
            rule: draft.rule,
            certainty: draft.certainty,
        };
        statements.push(statement);
    }
    statements.sort_by_key(|it| it.span.start);
    statements.dedup_by(|b, a| a.item == b.item && a.span == b.span);
    statements
}
