{{- define "lacteal.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "lacteal.fullname" -}}
{{- $name := include "lacteal.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- /* What never changes of a release, for selectors. */}}
{{- define "lacteal.selector" -}}
app.kubernetes.io/name: {{ include "lacteal.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "lacteal.labels" -}}
{{ include "lacteal.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "lacteal.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- /*
The configuration of one role, holding the sections that this role reads and no others.
Call with (dict "root" $ "role" "intake").
*/}}
{{- define "lacteal.toml" -}}
{{- $values := .root.Values -}}
[service]
ops = "0.0.0.0:9464"
stop_grace_s = {{ int $values.stopGraceSeconds }}

[service.log]
format = {{ $values.log.format | toJson }}
level = {{ $values.log.level | toJson }}

[nats]
servers = {{ $values.nats.servers | toJson }}
name = {{ printf "%s-%s" (include "lacteal.fullname" .root) .role | toJson }}
user = {{ (eq .role "streams" | ternary "operator" .role) | toJson }}
password_file = "/run/secrets/lacteal/nats-password"
claims_replicas = {{ int $values.streams.replicas }}
{{- with $values.nats.tls }}
{{- if .existingSecret }}
tls_required = true
tls_ca_file = "/run/secrets/lacteal-nats-tls/ca.crt"
{{- if .clientCertificate }}
tls_cert_file = "/run/secrets/lacteal-nats-tls/tls.crt"
tls_key_file = "/run/secrets/lacteal-nats-tls/tls.key"
{{- end }}
{{- end }}
{{- end }}

[streams]
replicas = {{ int $values.streams.replicas }}
create = {{ eq .role "streams" }}
intake_max_bytes = {{ int64 $values.streams.intakeMaxBytes }}
risk_max_bytes = {{ int64 $values.streams.riskMaxBytes }}
{{- if has .role (list "intake" "gateway") }}

[identity]
key_file = "/run/secrets/lacteal/pseudonym-key"
authorities = {{ $values.identity.authorities | toJson }}
{{- end }}
{{- if eq .role "intake" }}

[intake]
mllp = "0.0.0.0:{{ int $values.intake.port }}"
{{- with $values.intake.tls }}
{{- if .existingSecret }}
tls.cert_file = "/run/secrets/lacteal-mllp-tls/tls.crt"
tls.key_file = "/run/secrets/lacteal-mllp-tls/tls.key"
{{- if ne .clientCertificate "none" }}
tls.client_ca_file = "/run/secrets/lacteal-mllp-tls/ca.crt"
tls.client_required = {{ eq .clientCertificate "required" }}
{{- end }}
{{- else if ne .clientCertificate "none" }}
{{- fail "intake.tls.clientCertificate needs TLS: name the Secret in intake.tls.existingSecret." }}
{{- end }}
{{- end }}
{{- with $values.intake.fhir }}
{{- if .port }}
{{- if eq (int .port) (int $values.intake.port) }}
{{- fail "intake.fhir.port is that of MLLP: give each its own." }}
{{- end }}
{{- if not (and .clients .tokenSecret) }}
{{- fail "intake.fhir needs clients and their tokens: without clients only the pod itself could send. Set intake.fhir.clients and intake.fhir.tokenSecret." }}
{{- end }}
fhir.listen = "0.0.0.0:{{ int .port }}"
{{- if .tls.existingSecret }}
fhir.tls.cert_file = "/run/secrets/lacteal-fhir-tls/tls.crt"
fhir.tls.key_file = "/run/secrets/lacteal-fhir-tls/tls.key"
{{- if ne .tls.clientCertificate "none" }}
fhir.tls.client_ca_file = "/run/secrets/lacteal-fhir-tls/ca.crt"
fhir.tls.client_required = {{ eq .tls.clientCertificate "required" }}
{{- end }}
{{- else if ne .tls.clientCertificate "none" }}
{{- fail "intake.fhir.tls.clientCertificate needs TLS: name the Secret in intake.fhir.tls.existingSecret." }}
{{- end }}
fhir.authorities = [
{{- range .authorities }}
  {system = {{ .system | toJson }}, authority = {{ .authority | toJson }}},
{{- end }}
]
fhir.clients = [
{{- range $client := .clients }}
  {name = {{ .name | toJson }}, token_file = {{ printf "/run/secrets/lacteal-fhir-tokens/%s" .name | toJson }}
  {{- range $key := list "source" "application" "facility" }}
  {{- with index $client $key }}, {{ $key }} = {{ . | toJson }}{{ end }}
  {{- end }}},
{{- end }}
]
{{- end }}
{{- end }}
{{- else if eq .role "risk" }}

[risk]
{{- if $values.risk.model.existingConfigMap }}
model_file = "/etc/lacteal-site/model.toml"
{{- end }}
{{- else if eq .role "scheduling" }}

[scheduling]
{{- if $values.scheduling.policy.existingConfigMap }}
policy_file = "/etc/lacteal-site/policy.toml"
{{- end }}
{{- else if eq .role "gateway" }}

[gateway]
grpc = "0.0.0.0:{{ int $values.gateway.port }}"
{{- if not $values.gateway.insecurePlaintext }}
{{- fail "The gateway serves gRPC without encryption and log-in. Let networkPolicy.grpcFrom admit only what may see patients, or put a mesh in front, then say so by gateway.insecurePlaintext=true." }}
{{- end }}
insecure_plaintext = true
{{- end }}
{{- if ne .role "streams" }}
{{- with (index $values .role).extraConfig }}

{{ . | trim }}
{{- end }}
{{- end }}
{{- end }}

{{- define "lacteal.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "lacteal.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "lacteal.mounts" -}}
- {name: config, mountPath: /etc/lacteal, readOnly: true}
- {name: secrets, mountPath: /run/secrets/lacteal, readOnly: true}
{{- if .root.Values.nats.tls.existingSecret }}
- {name: nats-tls, mountPath: /run/secrets/lacteal-nats-tls, readOnly: true}
{{- end }}
{{- if and (eq .role "intake") .root.Values.intake.tls.existingSecret }}
- {name: mllp-tls, mountPath: /run/secrets/lacteal-mllp-tls, readOnly: true}
{{- end }}
{{- if and (eq .role "intake") .root.Values.intake.fhir.port }}
- {name: fhir-tokens, mountPath: /run/secrets/lacteal-fhir-tokens, readOnly: true}
{{- if .root.Values.intake.fhir.tls.existingSecret }}
- {name: fhir-tls, mountPath: /run/secrets/lacteal-fhir-tls, readOnly: true}
{{- end }}
{{- end }}
{{- if include "lacteal.siteFile" . }}
- {name: site, mountPath: /etc/lacteal-site, readOnly: true}
{{- end }}
{{- end }}

{{- /* The ConfigMap, key and file name of a model or policy of the site, or nothing. */}}
{{- define "lacteal.siteFile" -}}
{{- if and (eq .role "risk") .root.Values.risk.model.existingConfigMap }}
{{- with .root.Values.risk.model }}
name: {{ .existingConfigMap }}
items: [{key: {{ .key | toJson }}, path: model.toml}]
{{- end }}
{{- else if and (eq .role "scheduling") .root.Values.scheduling.policy.existingConfigMap }}
{{- with .root.Values.scheduling.policy }}
name: {{ .existingConfigMap }}
items: [{key: {{ .key | toJson }}, path: policy.toml}]
{{- end }}
{{- end }}
{{- end }}

{{- define "lacteal.volumes" -}}
- name: config
  configMap:
    name: {{ include "lacteal.fullname" .root }}-{{ .role }}
    defaultMode: 0444
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ .root.Values.nats.existingSecret }}
          items: [{key: {{ eq .role "streams" | ternary "operator" .role }}, path: nats-password}]
      {{- if has .role (list "intake" "gateway") }}
      - secret:
          name: {{ .root.Values.identity.existingSecret }}
          items: [{key: {{ .root.Values.identity.secretKey | toJson }}, path: pseudonym-key}]
      {{- end }}
{{- with .root.Values.nats.tls.existingSecret }}
- name: nats-tls
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- if and (eq .role "intake") .root.Values.intake.tls.existingSecret }}
- name: mllp-tls
  secret:
    secretName: {{ .root.Values.intake.tls.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- if and (eq .role "intake") .root.Values.intake.fhir.port }}
{{- with .root.Values.intake.fhir }}
- name: fhir-tokens
  secret:
    secretName: {{ .tokenSecret }}
    defaultMode: 0440
    items:
      {{- range .clients }}
      - {key: {{ .name | toJson }}, path: {{ .name | toJson }}}
      {{- end }}
{{- with .tls.existingSecret }}
- name: fhir-tls
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- end }}
{{- end }}
{{- with include "lacteal.siteFile" . }}
- name: site
  configMap:
    {{- . | trim | nindent 4 }}
{{- end }}
{{- end }}
