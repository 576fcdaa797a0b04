#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that snnc's full job uses and that are missing.
# Says what it does; does nothing where all is there.
set -euo pipefail

# command → package
declare -A need=([verilator]=verilator [yosys]=yosys [iverilog]=iverilog [h5dump]=hdf5-tools [g++]=g++ [make]=make)
missing=()
for cmd in "${!need[@]}"; do
  command -v "$cmd" >/dev/null || missing+=("${need[$cmd]}")
done
command -v go >/dev/null || { echo "deps: Go is missing: install it from your distribution or go.dev" >&2; exit 2; }
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "deps: missing: ${missing[*]}; this script knows apt only, so install them with your package manager" >&2
  exit 2
fi
echo "deps: installing ${missing[*]} with apt-get"
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
"${sudo[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
