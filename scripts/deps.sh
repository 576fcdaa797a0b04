#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that snnc's full job uses and that are
# missing, and says what each is for. Does nothing, silently, where all is there.
# Works as root without sudo and as a user with it. With the argument ice40 it
# is about what builds for iCE40 boards and flashes boards.
set -euo pipefail

# what is checked | package | what for. A check is a command, or a file with /.
needs='
make|make|the targets of the Makefile
g++|g++|compiles the Verilated RTL
verilator|verilator|runs the RTL: snnc verify, compare --backends rtl, tests, bench, soak
yosys|yosys|checks and synthesises the RTL in tests and bench
iverilog|iverilog|second simulator for the testbenches
cvc4|cvc4|proves properties of the plasticity unit in tests
vcd2fst|gtkwave|optional: writes waves of a difference as FST (else VCD), and shows them
h5dump|hdf5-tools|an HDF5 reader that tests compare ours with
/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz|dataset-fashion-mnist|optional: --data fashion-mnist (else an embedded sample)
'
if [ "${1:-}" = ice40 ]; then
  needs='
yosys|yosys|synthesis
nextpnr-ice40|nextpnr-ice40|place and route: snnc build, tests
icepack|fpga-icestorm|bitstreams, and reading them back
/usr/share/fpga-icestorm/chipdb|fpga-icestorm-chipdb|reading bitstreams back
openFPGALoader|openfpgaloader|optional: flashes boards
'
fi

here() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

if ! here go; then
  echo "deps: Go is missing; install Go 1.26 or newer from https://go.dev/dl (Debian's golang-go may be older)" >&2
  exit 2
fi

packages=()
lines=()
while IFS='|' read -r check package purpose; do
  [ -n "$check" ] || continue
  here "$check" && continue
  packages+=("$package")
  lines+=("$(printf '  %-22s %s' "$package" "$purpose")")
done <<<"$needs"
[ ${#packages[@]} -gt 0 ] || exit 0

if ! here apt-get; then
  echo "deps: missing (by Debian's names): ${packages[*]}. This script knows apt-get only: install them with your package manager" >&2
  exit 2
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! here sudo; then
    echo "deps: missing: ${packages[*]}. Run as root: apt-get install ${packages[*]}" >&2
    exit 2
  fi
  as_root=(sudo)
fi

echo "deps: installing with apt-get:"
printf '%s\n' "${lines[@]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1
}
install() { apt install -y --no-install-recommends "$@"; }

# An update that fails matters only if the install then does: the lists may do.
apt update || updated=$(cat "$log")
if ! install "${packages[@]}"; then
  # One package that a release lacks must not keep the others out.
  for i in "${!packages[@]}"; do
    install "${packages[i]}" && continue
    tail -n 3 "$log" >&2
    case ${lines[i]} in
      *optional:*) echo "deps: going on without ${packages[i]}" >&2 ;;
      *)
        [ -z "${updated:-}" ] || echo "$updated" >&2
        echo "deps: apt-get could not install ${packages[i]}" >&2
        exit 2
        ;;
    esac
  done
fi
echo "deps: done"
