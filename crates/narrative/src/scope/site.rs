//! Which part of the small bowel the tumour sits in, once it is in scope.

use lacteal_clinical::finding::Site;

use super::{Evidence, Place};
use crate::Section;
use crate::item::{Certainty, Item};
use crate::layout::Unit;
use crate::scene::{Draft, Scene};
use crate::tumours;
use crate::words::Class;

/// The most exact site first.
pub(super) fn exactness(site: Site) -> u8 {
    match site {
        Site::Meckel => 0,
        Site::Ileum => 1,
        Site::Jejunum => 2,
        Site::SmallBowelUnspecified => 3,
        Site::Elsewhere => 4,
    }
}

/// Puts the site down, the most exact of those that are told.
pub(super) fn put_site(scene: &Scene<'_>, it: &Evidence, drafts: &mut Vec<Draft>) {
    let specimen = it.specimen.as_slice();
    let strong = it.strong.iter().any(|e| e.0.is_followed());
    let source = if strong { &it.strong } else { &it.weak };
    let mut sites: Vec<(Site, usize, usize, &'static str)> = source
        .iter()
        .filter(|e| e.0.is_followed())
        .map(|e| (e.0, e.1, e.2, if strong { "site_named" } else { "site_near" }))
        .collect();
    let vague = sites.iter().all(|e| e.0 == Site::SmallBowelUnspecified);
    if vague {
        sites.extend(of_lesions(scene).into_iter().map(|e| (e.0, e.1, e.2, "site_lesion")));
        // `small bowel` in one place and `ileum` beside the tumour or in the specimen in another: the exact one.
        let exact = it
            .weak
            .iter()
            .chain(specimen)
            .filter(|e| e.0.is_followed() && e.0 != Site::SmallBowelUnspecified);
        // Beside another tumour an organ that was sent may be the other's.
        let told_next = |e: &&Place| {
            let history = scene.units.get(e.1).is_some_and(|it| it.section == Section::History);
            history || it.first_net.is_some_and(|net| (e.1..=e.1 + 2).contains(&net))
        };
        let exact: Vec<_> = exact.filter(|e| !it.other_own || it.weak.contains(e) || told_next(e)).collect();
        let part = |site: Site| exact.iter().any(|e| e.0 == site);
        // Tumours in both parts are of the small bowel.
        let both = part(Site::Ileum) && part(Site::Jejunum);
        let exact = exact.into_iter().filter(|_| !both);
        sites.extend(exact.map(|e| (e.0, e.1, e.2, "site_specimen")));
    }
    sites.extend(
        specimen
            .iter()
            .filter(|e| e.0.is_followed() && sites.is_empty())
            .map(|e| (e.0, e.1, e.2, "site_specimen"))
            .collect::<Vec<_>>(),
    );
    sites.sort_by_key(|e| (exactness(e.0), e.1, e.2));
    for (site, unit, at, rule) in sites {
        let state = scene.state_now(unit, at..at + 1);
        let certainty = if state.maybe { Certainty::Uncertain } else { Certainty::Stated };
        drafts.push(Draft { item: Item::Site(site), tokens: at..at + 1, unit, rule, certainty });
    }
}

/// `jejunal tumour`, `lesion in the ileum`, `SB NET ileum`: where the lesion of a bowel NET is, in words that name no NET.
pub(super) fn of_lesions(scene: &Scene<'_>) -> Vec<Place> {
    let text = &scene.text;
    let mut found = Vec::new();
    for (u, unit) in scene.units.iter().enumerate() {
        let wanted = Class::SmallBowel.bit();
        let named = Class::Tumour.bit() | Class::Net.bit();
        if unit.section == Section::Family || unit.mask & wanted == 0 || unit.mask & named == 0 {
            continue;
        }
        for organ in tumours::organs(scene, unit.tokens.clone()) {
            if organ.site == Site::Elsewhere {
                continue;
            }
            let lesion = |k: usize| text.has(k, Class::Tumour) && text.word(k) != "polyp";
            let after = lesion(organ.at + 1)
                || text.is_word(organ.at + 1)
                    && !matches!(text.word(organ.at + 1), "and" | "with")
                    && lesion(organ.at + 2);
            let before = organ.at > unit.tokens.start
                && (text.has(organ.at - 1, Class::Net)
                    // `SI-NET, ileum, Ki-67 2%`
                    || text.mark(organ.at - 1, b',') && text.has(organ.at.wrapping_sub(2), Class::Net)
                    || lesion_in(scene, unit, organ.at));
            // `SI-NET operated 2020 (ileal resection, pT3 pN1)`
            let near = organ.at.saturating_sub(8).max(unit.tokens.start)..(organ.at + 8).min(unit.tokens.end);
            let resected = matches!(text.word(organ.at + 1), "resection" | "resected")
                && scene.with(near, Class::Net.bit()).next().is_some();
            let state = scene.state_now(u, organ.at..organ.at + 1);
            if (after || before || resected || holds_in_it(scene, unit, organ.at))
                && !(state.no || state.family || state.plan || state.maybe)
            {
                found.push((organ.site, u, organ.at));
            }
        }
    }
    found
}

/// `a kinked loop of jejunum … with a hard puckered tumour in it`
fn holds_in_it(scene: &Scene<'_>, unit: &Unit, at: usize) -> bool {
    let text = &scene.text;
    let end = (at + 24).min(unit.tokens.end);
    (at + 1..end).any(|k| {
        text.has(k, Class::Tumour)
            && matches!(text.word(k + 1), "in" | "within" | "inside")
            && text.word(k + 2) == "it"
    })
}

/// `18 mm tumour in the ileum`, `mural thickening of the mid ileum`
fn lesion_in(scene: &Scene<'_>, unit: &Unit, at: usize) -> bool {
    let text = &scene.text;
    let near = at.saturating_sub(7).max(unit.tokens.start)..at;
    let Some(of) = near.clone().rev().find(|k| matches!(text.word(*k), "in" | "of" | "within" | "involving"))
    else {
        return false;
    };
    let lesion =
        |k: usize| text.has(k, Class::Tumour) && text.word(k) != "polyp" || text.word(k) == "thickening";
    of > near.start && (of.saturating_sub(2).max(near.start)..of).any(lesion)
}
