#!/usr/bin/env bash
# Runs every fuzz target for a minute from its seeds. It needs cargo-fuzz and a nightly compiler; without them it says
# that it skipped, and succeeds. `FUZZ_SECONDS=600 FUZZ_SEED=0 .ci/fuzz.sh fhir` runs one target for longer, from a seed of
# its own. By default the seed is fixed, so that a change is judged by what it changes and not by luck.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
seed=${FUZZ_SEED:-1}

if ! command -v cargo-fuzz >/dev/null || ! cargo +nightly --version >/dev/null 2>&1; then
  echo "SKIPPED: fuzzing needs cargo-fuzz (cargo install cargo-fuzz) and a nightly toolchain, and one of them is missing"
  exit 0
fi

# seeds TARGET: the folders whose files the target starts from.
seeds() {
  case $1 in
    narrative) echo crates/narrative/tests/reports ;;
    fhir) echo crates/fhir/tests/samples ;;
    *) echo "tests/fuzz/seeds/$1" ;;
  esac
}

found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
mapfile -t targets < <(if [ $# -gt 0 ]; then printf '%s\n' "$@"; else cargo +nightly fuzz list --fuzz-dir tests/fuzz; fi)
for target in "${targets[@]}"; do
  echo "fuzzing $target for $seconds s"
  mkdir -p "$found/$target"
  # Inputs that are found go to the first folder; a failing one is kept in tests/fuzz/artifacts and named.
  cargo +nightly fuzz run --fuzz-dir tests/fuzz "$target" "$found/$target" "$(seeds "$target")" -- \
    -seed="$seed" -max_total_time="$seconds" -max_len=16384 -rss_limit_mb=2048 -timeout=10 -verbosity=0 -print_final_stats=1 2>&1 |
    sed -e '/^"/d' -e '/Recommended dictionary\|recommended dictionary/d'
done
