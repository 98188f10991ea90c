"""What a rendering of the chart must be like beyond the schemas of Kubernetes.

Usage: check.py FILE [--write FOLDER], with PyYAML on the path. Exits with 1 and the list of what is wrong; with
--write it also leaves the configuration of each workload in the folder, as <name>.toml.
"""

import os
import sys
import tomllib

import yaml

wrong = []
with open(sys.argv[1], encoding="utf-8") as file:
    objects = [one for one in yaml.safe_load_all(file) if one]


def of_kind(kind):
    return {one["metadata"]["name"]: one for one in objects if one["kind"] == kind}


def check(holds, what):
    if not holds:
        wrong.append(what)


def leaves(table):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value)
        else:
            yield key, value


texts = {name: one["data"]["lacteal.toml"] for name, one in of_kind("ConfigMap").items()}
configs = {name: tomllib.loads(text) for name, text in texts.items()}
if sys.argv[2:3] == ["--write"]:
    for name, text in texts.items():
        with open(os.path.join(sys.argv[3], f"{name}.toml"), "w", encoding="utf-8") as file:
            file.write(text)
check(not of_kind("Secret"), "the chart makes a Secret; it must only refer to them")
for name, one in of_kind("ServiceAccount").items():
    check(one.get("automountServiceAccountToken") is False, f"{name}: mounts its token")

for name, workload in {**of_kind("Deployment"), **of_kind("Job")}.items():
    pod = workload["spec"]["template"]["spec"]
    container = pod["containers"][0]
    config = configs[next(v["configMap"]["name"] for v in pod["volumes"] if v["name"] == "config")]
    mounted = [mount["mountPath"] for mount in container["volumeMounts"]]

    check(pod["automountServiceAccountToken"] is False, f"{name}: mounts a token")
    check(pod["serviceAccountName"] in of_kind("ServiceAccount"), f"{name}: unknown service account")
    check(pod["securityContext"]["runAsNonRoot"], f"{name}: may run as root")
    check(pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault", f"{name}: no seccomp profile")
    check(container["securityContext"]["readOnlyRootFilesystem"], f"{name}: writable root")
    check(container["securityContext"]["capabilities"]["drop"] == ["ALL"], f"{name}: keeps capabilities")
    check("memory" in container["resources"]["limits"], f"{name}: no limit of memory")
    check(not any("value" in one for one in container.get("env", [])), f"{name}: values in the environment")

    for client in config.get("intake", {}).get("fhir", {}).get("clients", []):
        check(any(client["token_file"].startswith(place + "/") for place in mounted), f"{name}: a token is not mounted")
    paths = [value for key, value in leaves(config) if key.endswith("_file") and value]
    check(len(paths) >= 1, f"{name}: names no secret file")
    for path in paths:
        check(any(path.startswith(place + "/") for place in mounted), f"{name}: {path} is not mounted")

    if workload["kind"] == "Job":
        check(config["streams"]["create"] is True, f"{name}: creates no streams")
        check(config["nats"]["user"] == "operator", f"{name}: is not the operator")
        continue
    role = container["args"][0]
    check(config["nats"]["user"] == role, f"{name}: not its own user")
    check(config["streams"]["create"] is False, f"{name}: creates streams")
    check(container["livenessProbe"]["httpGet"]["path"] == "/healthz", f"{name}: liveness looks beyond the process")
    check(container["readinessProbe"]["httpGet"]["path"] == "/readyz", f"{name}: readiness")
    grace = container["lifecycle"]["preStop"]["sleep"]["seconds"] + config["service"]["stop_grace_s"]
    check(pod["terminationGracePeriodSeconds"] > grace, f"{name}: is killed before its own grace ends")
    listeners = {"ops": config["service"]["ops"]}
    listeners |= {"mllp": config["intake"]["mllp"]} if role == "intake" else {}
    listeners |= {"fhir": config["intake"]["fhir"]["listen"]} if "fhir" in config.get("intake", {}) else {}
    listeners |= {"grpc": config["gateway"]["grpc"]} if role == "gateway" else {}
    ports = {port["name"]: f"0.0.0.0:{port['containerPort']}" for port in container["ports"]}
    check(ports == listeners, f"{name}: ports {ports}, listeners {listeners}")

intake = next(one for one in of_kind("Deployment").values() if one["spec"]["template"]["spec"]["containers"][0]["args"][0] == "intake")
container_ports = {port["name"] for port in intake["spec"]["template"]["spec"]["containers"][0]["ports"]} - {"ops"}
served = next({port["targetPort"] for port in one["spec"]["ports"]} for name, one in of_kind("Service").items() if name.endswith("-intake"))
check(served == container_ports, f"intake listens on {container_ports} and its service serves {served}")
admitted = {port["port"] for one in of_kind("NetworkPolicy").values() for rule in one["spec"].get("ingress", []) for port in rule["ports"]}
check(not of_kind("NetworkPolicy") or container_ports <= admitted, f"intake listens on {container_ports} and the policies admit to {admitted}")

if wrong:
    sys.exit("\n".join(wrong))
