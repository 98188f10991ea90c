#!/usr/bin/env bash
# Gives every configuration that compose.yaml and the Helm chart would deploy to the program, which refuses a key it
# does not know.
#
# Usage: check-config.sh path/to/lacteal        (python3 with pip is needed for the chart's)
set -euo pipefail

lacteal=$1
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
source "$here/../.ci/tools.sh"
python_path=$(tool_kubernetes_validate)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cp "$here"/compose/*.toml "$scratch"
PYTHONPATH=$python_path python3 "$here/helm/check.py" "$here/helm/golden.yaml" --write "$scratch"

count=0
for file in "$scratch"/*.toml; do
  if ! said=$("$lacteal" config --config "$file" 2>&1); then
    printf 'check-config: the program refuses %s:\n%s\n' "${file##*/}" "$said" >&2
    exit 1
  fi
  count=$((count + 1))
done
if [ "$count" -lt 10 ]; then
  echo "check-config: only $count configurations found, of compose (5) and of the chart (5)" >&2
  exit 1
fi
echo "check-config: $count configurations are known to the program"
