//! What the gateway asks of risk: what-if, explanation, models. Pure but for the bytes.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use lacteal_clinical::{Dossier, PatientId, Picture};
use lacteal_wire::api::{
    ExplainRequest, ExplainResponse, Failure, ListModelsRequest, ListModelsResponse, ModelParameter,
    RiskModel, WhatIfRequest, WhatIfResponse,
};
use lacteal_wire::asked::{answer, invalid};
use lacteal_wire::{event, subject};

use crate::model::Status;
use crate::{Model, assess, explain, suppose};

/// Most findings that can be supposed at once.
const SUPPOSED_MAX: usize = 64;

/// Answers by the model in force and those that are built in.
pub(crate) struct Asked {
    in_force: Arc<Model>,
    built_in: Vec<Model>,
}

impl Asked {
    pub(crate) fn new(in_force: Arc<Model>) -> Self {
        let built_in = Model::built_in_names().filter_map(|it| Model::built_in(it).ok());
        let others = built_in.filter(|it| it.digest() != in_force.digest()).collect();
        Self { in_force, built_in: others }
    }

    /// The answer to a request on one of the subjects of risk.
    pub(crate) async fn answer(&self, subject: &str, request: Bytes) -> Bytes {
        match subject {
            subject::WHAT_IF => answer("what-if", request, async |it| self.what_if(&it)).await,
            subject::EXPLAIN => answer("explain", request, async |it| self.explain(&it)).await,
            _ => answer("list models", request, async |it: ListModelsRequest| Ok(self.models(&it))).await,
        }
    }

    fn what_if(&self, request: &WhatIfRequest) -> Result<WhatIfResponse, Failure> {
        if request.supposed.len() > SUPPOSED_MAX {
            return Err(invalid("supposed", "has more than 64 findings"));
        }
        let model = self.model(&request.model)?;
        let base = match &request.base {
            Some(base) => lacteal_wire::read_dossier(base).map_err(|_| invalid("base", "cannot be read"))?,
            None => Dossier::new(PatientId([0; 16])),
        };
        let mut findings = Vec::with_capacity(request.supposed.len());
        for (index, it) in request.supposed.iter().enumerate() {
            let field = format!("supposed[{index}]");
            let read = it.finding.as_ref().ok_or_else(|| invalid(&field, "has no finding"))?;
            let finding =
                lacteal_wire::read_finding(read).map_err(|error| invalid(&field, &error.to_string()))?;
            let observed = it.observed.as_ref().map(lacteal_wire::read_date).transpose();
            findings.push((finding, observed.map_err(|error| invalid(&field, &error.to_string()))?));
        }
        let supposed = suppose(&base, &findings);
        let picture = Picture::of(&supposed);
        let assessment = assess(&picture, model, None, Timestamp::UNIX_EPOCH);
        let summary = lacteal_wire::summary(&supposed, &picture);
        // What could not be processed about the patient is in doubt whatever is supposed.
        let asides = request.base.as_ref().map(|it| it.asides.clone()).unwrap_or_default();
        let dossier = event::Dossier {
            assessment: Some(assessment.clone()),
            summary: Some(summary.clone()),
            asides,
            superseded: Vec::new(),
            ..lacteal_wire::dossier(&supposed)
        };
        Ok(WhatIfResponse {
            explanation: explain(&picture, &assessment, model),
            summary: Some(summary),
            assessment: Some(assessment),
            plan: None,
            supposed: Some(dossier),
        })
    }

    fn explain(&self, request: &ExplainRequest) -> Result<ExplainResponse, Failure> {
        let unreadable = || invalid("base", "cannot be read");
        let base = request.base.as_ref().ok_or_else(unreadable)?;
        let picture = Picture::of(&lacteal_wire::read_dossier(base).map_err(|_| unreadable())?);
        let nothing = event::Assessment::default();
        let assessment = base.assessment.as_ref().unwrap_or(&nothing);
        // The one that assessed, where it is known: another may be in force since.
        let assessed_by = self.all().find(|it| it.digest()[..] == assessment.model_digest[..]);
        Ok(ExplainResponse {
            sentences: explain(&picture, assessment, assessed_by.unwrap_or(&self.in_force)),
        })
    }

    fn all(&self) -> impl Iterator<Item = &Model> {
        std::iter::once(&*self.in_force).chain(&self.built_in)
    }

    fn model(&self, name: &str) -> Result<&Model, Failure> {
        if name.is_empty() {
            return Ok(&self.in_force);
        }
        let is_named = |it: &&Model| it.name() == name || it.name().strip_prefix("lacteal-") == Some(name);
        self.all().find(is_named).ok_or_else(|| {
            let names: Vec<_> = self.all().map(Model::name).collect();
            invalid("model", &format!("is no model that is known here; there are {}", names.join(", ")))
        })
    }

    fn models(&self, _: &ListModelsRequest) -> ListModelsResponse {
        let mut models = vec![described(&self.in_force, true)];
        models.extend(self.built_in.iter().map(|it| described(it, false)));
        ListModelsResponse { models }
    }
}

fn described(model: &Model, in_force: bool) -> RiskModel {
    let parameter = |(key, it): (&str, &crate::model::Parameter)| ModelParameter {
        key: key.to_owned(),
        value: it.value,
        low: it.low,
        high: it.high,
        status: match it.status {
            Status::Published => "published",
            Status::Derived => "derived",
            Status::Assumption => "assumption",
        }
        .to_owned(),
        source: it.source.clone(),
    };
    RiskModel {
        name: model.name().to_owned(),
        version: model.version().to_owned(),
        date: model.date().to_owned(),
        description: model.description().to_owned(),
        in_force,
        digest: model.digest().to_vec(),
        parameters: model.parameters().map(parameter).collect(),
        life_table: model.life_table().name().to_owned(),
        life_table_source: model.life_table().source().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lacteal_clinical::codes::{CodeSystem, TumourKind};
    use lacteal_clinical::finding::{Code, Site};
    use lacteal_clinical::{Finding, PartialDate};
    use lacteal_wire::api::Supposed;

    #[test]
    fn what_is_supposed_is_given_back_as_a_dossier_that_can_be_planned() {
        let aside = event::Aside { sequence: 7, ..event::Aside::default() };
        let base = event::Dossier {
            asides: vec![aside.clone()],
            ..lacteal_wire::dossier(&Dossier::new(PatientId([3; 16])))
        };
        let supposed =
            Supposed { finding: Some(lacteal_wire::finding(&Finding::NodesPositive(3))), observed: None };
        let request =
            WhatIfRequest { base: Some(base), supposed: vec![supposed.clone()], ..WhatIfRequest::default() };
        let answer = Asked::new(Arc::new(Model::reference())).what_if(&request).unwrap();
        let dossier = answer.supposed.unwrap();
        assert_eq!(dossier.patient, [3; 16]);
        assert_eq!(dossier.facts.iter().map(|it| &it.finding).collect::<Vec<_>>(), [&supposed.finding]);
        assert_eq!((&dossier.summary, &dossier.assessment), (&answer.summary, &answer.assessment));
        assert_eq!(dossier.asides, [aside], "what could not be processed stays in doubt");
    }

    #[test]
    fn an_assessment_is_explained_by_the_model_that_made_it() {
        let base = lacteal_wire::dossier(&suppose(&Dossier::new(PatientId([3; 16])), &in_scope()));
        let picture = Picture::of(&lacteal_wire::read_dossier(&base).unwrap());
        let article = Model::built_in("article").unwrap();
        let assessment = assess(&picture, &article, None, Timestamp::UNIX_EPOCH);
        let asked = ExplainRequest {
            base: Some(event::Dossier { assessment: Some(assessment.clone()), ..base }),
            by: None,
        };
        let answer = Asked::new(Arc::new(Model::reference())).explain(&asked).unwrap();
        assert_eq!(answer.sentences, explain(&picture, &assessment, &article));
        assert_ne!(answer.sentences, explain(&picture, &assessment, &Model::reference()));
    }

    #[test]
    fn an_unknown_model_is_refused_with_the_names_there_are() {
        let request = WhatIfRequest { model: "nope".to_owned(), ..WhatIfRequest::default() };
        let refused = Asked::new(Arc::new(Model::reference())).what_if(&request).unwrap_err();
        for name in Model::built_in_names() {
            assert!(refused.text.contains(name), "{}", refused.text);
        }
    }

    fn in_scope() -> [(Finding, Option<PartialDate>); 3] {
        let code = Code::new("C7A.012").unwrap();
        [
            Finding::Diagnosis { system: CodeSystem::Icd10Cm, code },
            Finding::PrimarySite(Site::Ileum),
            Finding::Histology(TumourKind::Net),
        ]
        .map(|it| (it, None))
    }
}
