//! The layer of the wall, or what lies beyond it, that a word names.

use crate::item::Depth;
use crate::scene::Scene;
use crate::words::Class;

/// The layer that token `i` names.
pub(super) fn layer(scene: &Scene<'_>, i: usize, start: usize, end: usize) -> Option<Depth> {
    if !scene.text.any(i, Class::Layer.bit() | Class::Elsewhere.bit() | Class::Mesentery.bit()) {
        return None;
    }
    above_muscle(scene, i, start, end)
        .or_else(|| muscle(scene, i, start))
        .or_else(|| beyond_muscle(scene, i, start))
        .or_else(|| serosa(scene, i))
        .or_else(|| beyond_serosa(scene, i, start))
}

/// Mucosa and submucosa.
fn above_muscle(scene: &Scene<'_>, i: usize, start: usize, end: usize) -> Option<Depth> {
    let text = &scene.text;
    let next = text.word(i + 1);
    Some(match text.word(i) {
        "lamina" if next == "propria" => Depth::LaminaPropria,
        // `lamina propria or submucosa` leaves it open.
        "submucosa" if text.word(i.wrapping_sub(1)) == "or" && i > start + 1 && is_mucosa(scene, i - 2) => {
            Depth::LaminaPropria
        }
        "mucosa" | "intramucosal" => Depth::LaminaPropria,
        "mucosal" if matches!(next, "layer") => Depth::LaminaPropria,
        "submucosa" => Depth::Submucosa,
        "submucosal"
            if matches!(
                next,
                "layer"
                    | "tissue"
                    | "tissues"
                    | "fat"
                    | "connective"
                    | "invasion"
                    | "infiltration"
                    | "involvement"
                    | "extension"
            ) || i + 1 >= end
                || text.mark(i + 1, b'.') =>
        {
            Depth::Submucosa
        }
        _ => return None,
    })
}

/// The muscle of the wall, or what lies beyond where tumour goes through it.
fn muscle(scene: &Scene<'_>, i: usize, start: usize) -> Option<Depth> {
    let text = &scene.text;
    let next = text.word(i + 1);
    let reached = || through(scene, i, start).unwrap_or(Depth::MuscularisPropria);
    Some(match text.word(i) {
        // `m. propria`, but no second word of `lamina propria` or `muscularis propria`
        "propria"
            if text.mark(i.wrapping_sub(1), b'.')
                && matches!(text.word(i.wrapping_sub(2)), "m" | "musc" | "muscularis") =>
        {
            reached()
        }
        "muscularis" if next.starts_with("mucosa") => Depth::LaminaPropria,
        "muscularis" => reached(),
        "mp" if text.token(i).is_some_and(|t| t.first == b'N') => reached(),
        "muscle"
            if matches!(
                next,
                "coat"
                    | "coats"
                    | "layer"
                    | "layers"
                    | "wall"
                    | "invasion"
                    | "infiltration"
                    | "involvement"
                    | "proper"
            ) || matches!(
                text.word(i.wrapping_sub(1)),
                "proper" | "longitudinal" | "circular" | "outer" | "inner"
            ) =>
        {
            reached()
        }
        _ => return None,
    })
}

/// Subserosa, and the fat and mesentery that tumour grows into.
fn beyond_muscle(scene: &Scene<'_>, i: usize, start: usize) -> Option<Depth> {
    let text = &scene.text;
    let next = text.word(i + 1);
    Some(match text.word(i) {
        "subserosa" | "subserosal" | "subserous" => Depth::Subserosa,
        "perienteric" | "pericolic" | "pericolonic" | "periileal" | "perijejunal" | "periintestinal"
        | "peri"
            if (i + 1..i + 6)
                .take_while(|k| text.is_word(*k) || text.mark(*k, b'-') || text.mark(*k, b'/'))
                .any(|k| {
                    matches!(text.word(k), "fat" | "adipose" | "tissue" | "tissues" | "fibroadipose")
                }) =>
        {
            Depth::Subserosa
        }
        "fat" | "adipose" | "fatty"
            if matches!(
                text.word(i.wrapping_sub(1)),
                "mesenteric"
                    | "perienteric"
                    | "subserosal"
                    | "pericolic"
                    | "perimuscular"
                    | "serosal"
                    | "surrounding"
                    | "pericolonic"
                    | "periileal"
                    | "peri"
                    | "extramural"
                    | "perimural"
                    | "perivisceral"
            ) || next == "tissue" && text.word(i.wrapping_sub(1)) == "mesenteric"
                || (i + 1..i + 5).any(|k| matches!(text.word(k), "mesentery" | "mesenterium"))
                    && text.word(i + 1) != "margin"
                    && scene.says(i + 1..i + 3, &["of", "tissue"])
                || into_the_fat(scene, i, start) =>
        {
            Depth::Subserosa
        }
        "mesentery" | "mesenteric"
            if scene.says(i.saturating_sub(4).max(start)..i, &["into", "through"])
                && !matches!(
                    next,
                    "margin"
                        | "mass"
                        | "nodes"
                        | "node"
                        | "lymph"
                        | "nodule"
                        | "deposit"
                        | "vessels"
                        | "fat"
                        | "adipose"
                ) =>
        {
            Depth::Subserosa
        }
        _ => return None,
    })
}

/// Serosa and visceral peritoneum, not what is only on or under them.
fn serosa(scene: &Scene<'_>, i: usize) -> Option<Depth> {
    let text = &scene.text;
    let next = text.word(i + 1);
    Some(match text.word(i) {
        "serosal"
            if matches!(
                next,
                "fat"
                    | "adipose"
                    | "adhesions"
                    | "adhesion"
                    | "puckering"
                    | "retraction"
                    | "tethering"
                    | "dimpling"
                    | "scarring"
                    | "reaction"
                    | "fibrosis"
                    | "indrawing"
                    | "congestion"
                    | "exudate"
            ) =>
        {
            return None;
        }
        "serosa" | "serosal" | "serous" => Depth::Serosa,
        "peritoneum" | "peritoneal"
            if !matches!(
                next,
                "metastasis"
                    | "metastases"
                    | "deposits"
                    | "deposit"
                    | "nodules"
                    | "nodule"
                    | "disease"
                    | "cavity"
                    | "fluid"
                    | "washings"
            ) =>
        {
            Depth::Serosa
        }
        "mesothelium" | "mesothelial" => Depth::Serosa,
        _ => return None,
    })
}

/// Other organs and structures that are invaded.
fn beyond_serosa(scene: &Scene<'_>, i: usize, start: usize) -> Option<Depth> {
    let text = &scene.text;
    let next = text.word(i + 1);
    Some(match text.word(i) {
        "abdominal" if next == "wall" && invaded(scene, i, start) => Depth::OtherOrgans,
        "organs" | "structures" | "organ" | "loop" | "loops"
            if matches!(
                text.word(i.wrapping_sub(1)),
                "other"
                    | "adjacent"
                    | "another"
                    | "neighbouring"
                    | "surrounding"
                    | "neighboring"
                    | "bowel"
                    | "small"
            ) || matches!(text.word(i.wrapping_sub(2)), "adjacent" | "other") =>
        {
            Depth::OtherOrgans
        }
        "omentum"
            if scene.says(
                i.saturating_sub(4).max(start)..i,
                &["invades", "invading", "infiltrates", "infiltrating", "into", "involves"],
            ) =>
        {
            Depth::OtherOrgans
        }
        // `directly invades the transverse colon`, `through the serosa into the wall of the bladder`
        _ if text.has(i, Class::Elsewhere)
            && next != "mesocolon"
            && (!matches!(next, "wall")
                || matches!(text.word(i), "bladder" | "uterus" | "uterine" | "stomach" | "vagina")
                || scene.says(start..i, &["serosa", "direct", "directly", "adherent"]))
            && invaded(scene, i, start) =>
        {
            Depth::OtherOrgans
        }
        _ => return None,
    })
}

fn is_mucosa(scene: &Scene<'_>, i: usize) -> bool {
    matches!(scene.text.word(i), "propria" | "mucosa")
}

/// `into the fat beyond`, `4 mm into adjacent fat`: fat without a name is the wall's where tumour grows into it.
fn into_the_fat(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let text = &scene.text;
    let mut at = i;
    while at > start
        && matches!(
            text.word(at - 1),
            "the" | "adjacent" | "surrounding" | "underlying" | "attached" | "adjoining"
        )
    {
        at -= 1;
    }
    at > start
        && matches!(text.word(at - 1), "into" | "invades" | "infiltrates" | "invading" | "infiltrating")
        && scene
            .says(start..at, &["tumour", "tumor", "wall", "it", "muscularis", "muscle", "growth", "lesion"])
        && !scene.says(
            start..at,
            &[
                "node",
                "nodes",
                "nodal",
                "deposit",
                "deposits",
                "mass",
                "capsule",
                "extranodal",
                "extracapsular",
            ],
        )
}

/// Another organ into which the tumour grows; an organ that is reached along the wall or that holds a deposit is none.
fn invaded(scene: &Scene<'_>, i: usize, start: usize) -> bool {
    let near = i.saturating_sub(7).max(start)..i;
    let Some(verb) = near.rev().find(|k| {
        matches!(
            scene.text.word(*k),
            "invades"
                | "invading"
                | "infiltrates"
                | "infiltrating"
                | "into"
                | "invade"
                | "infiltrate"
                | "invaded"
                | "infiltrated"
                | "penetrates"
                | "penetrating"
        ) || matches!(scene.text.word(*k), "invasion" | "infiltration" | "extension" | "growth")
            && matches!(scene.text.word(*k + 1), "of" | "into")
            || matches!(scene.text.word(*k), "involve" | "involves" | "involving")
                && scene.says(start..*k, &["serosa", "direct", "directly"])
    }) else {
        return false;
    };
    // `adherent to, but not invading, the sigmoid colon`
    if scene.says(verb.saturating_sub(2).max(start)..verb, &["not", "without", "no", "never"]) {
        return false;
    }
    let between = verb..i;
    !scene.says(
        between,
        &[
            "fat",
            "mesentery",
            "submucosa",
            "subserosa",
            "muscularis",
            "ileum",
            "jejunum",
            "metastasis",
            "metastases",
            "from",
            "near",
        ],
    )
}

/// `through the muscularis propria` goes beyond it, `through the full thickness` too; `into but not through` does not.
fn through(scene: &Scene<'_>, i: usize, start: usize) -> Option<Depth> {
    let near = i.saturating_sub(5).max(start)..i;
    let at = near.rev().find(|k| {
        matches!(
            scene.text.word(*k),
            "through"
                | "thru"
                | "beyond"
                | "transmurally"
                | "past"
                | "breaches"
                | "breaching"
                | "breached"
                | "traverses"
                | "traversing"
                | "traversed"
                | "crosses"
                | "crossing"
                | "perforates"
                | "transgresses"
                | "transgressing"
        )
    })?;
    let denied = scene.says(at.saturating_sub(3).max(start)..at, &["not", "without", "no", "never"]);
    (!denied).then_some(Depth::Subserosa)
}
