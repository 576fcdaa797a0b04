#!/usr/bin/env bash
# place_core.sh DIR up5k|hx8k: what a design takes on an iCE40 without a link, and
# its Fmax. DIR is of snnc compile; the netlist and logs are written into it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$1 device=$2
case $device in
  up5k) package=sg48 options="-device u -dsp -spram" ;;
  hx8k) package=ct256 options="" ;;
  *) echo "device $device: up5k or hx8k" >&2; exit 2 ;;
esac
cd "$dir"
yosys -q -l "$device.yosys.log" -p "read_verilog $(grep '^snnc' files.f | tr '\n' ' ') $here/place_core.v; synth_ice40 $options -top place_core -json $device.json"
nextpnr-ice40 --"$device" --package "$package" --json "$device.json" --freq 24 --seed "${SEED:-1}" --pcf-allow-unconstrained --timing-allow-fail >"$device.log" 2>&1
grep -E 'ICESTORM_(LC|RAM|DSP|SPRAM):' "$device.log" | sed 's/^Info: *//' || true
grep 'Max frequency' "$device.log" | tail -1
