//! The policies that a site knows: the built-in ones and those of its own files, and which one is its own.
//!
//! A clinician may choose any of them for a patient by name; everybody else is planned by the site's.

use crate::Policy;

/// The policies known to a site. There is always one that is the site's.
#[derive(Clone, Debug)]
pub struct Policies {
    site: usize,
    all: Vec<Policy>,
}

/// Why a set of policies cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two policies have the same name.
    #[error("two policies are named {0:?}; give each file a name of its own, and none of {built_in}", built_in = built_in())]
    Twice(String),
    /// There is no policy of the name.
    #[error("there is no policy {0:?}; use {built_in} or the name inside one of scheduling.policy_files", built_in = built_in())]
    Unknown(String),
}

fn built_in() -> String {
    Policy::built_in_names().collect::<Vec<_>>().join(", ")
}

impl Policies {
    /// The built-in policies and these, with the site's choice by name.
    ///
    /// # Errors
    /// When two have the same name, or none has that of the site's choice.
    pub fn new(own: impl IntoIterator<Item = Policy>, site: &str) -> Result<Self, Error> {
        let mut all: Vec<Policy> = Policy::built_in_names().filter_map(Policy::built_in).collect();
        for policy in own {
            if all.iter().any(|it| it.name() == policy.name()) {
                return Err(Error::Twice(policy.name().to_owned()));
            }
            all.push(policy);
        }
        let site =
            all.iter().position(|it| it.name() == site).ok_or_else(|| Error::Unknown(site.to_owned()))?;
        Ok(Self { site, all })
    }

    /// The built-in policies; the site's is `default`.
    pub fn standard() -> Self {
        let all = Policy::built_in_names().filter_map(Policy::built_in).collect();
        Self { site: 0, all }
    }

    /// The policy of the site.
    pub fn site(&self) -> &Policy {
        #[expect(clippy::indexing_slicing, reason = "the index was found in this list, which never changes")]
        &self.all[self.site]
    }

    /// The policy of this name.
    pub fn named(&self, name: &str) -> Option<&Policy> {
        self.all.iter().find(|it| it.name() == name)
    }

    /// All of them, the built-in ones first.
    pub fn all(&self) -> impl Iterator<Item = &Policy> {
        self.all.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_knows_the_built_in_policies_and_its_own_and_chooses_one_by_name() {
        let text = Policy::built_in_text("nccn").unwrap();
        let own = Policy::parse(&text.replace("name = \"nccn\"", "name = \"ward-7\"")).unwrap();
        let policies = Policies::new([own], "ward-7").unwrap();
        assert_eq!(policies.site().name(), "ward-7");
        let names: Vec<&str> = policies.all().map(Policy::name).collect();
        assert_eq!(names, ["default", "nccn", "norway", "ward-7"]);
        assert_eq!(Policies::standard().site().name(), "default");
        let error = Policies::new([], "esmo").unwrap_err().to_string();
        assert!(error.starts_with("there is no policy \"esmo\"; use default, nccn, norway"), "{error}");
        let again = Policy::parse(text).unwrap();
        assert_eq!(Policies::new([again], "default").unwrap_err(), Error::Twice("nccn".to_owned()));
    }
}
