#!/usr/bin/env bash
# All tests, and meanwhile the types: mypy needs one core for minutes, and tests wait for servers now and then.
#
#   tools/run-tests.sh BIN CORES    programs of the virtual environment, workers of pytest
set -euo pipefail
bin=$1
cores=$2
need_kib=$((6 * 1024 * 1024))
# Tests start hundreds of processes: each would compile the program, and each worker all tests, anew.
unset PYTHONDONTWRITEBYTECODE

# A folder in memory for what tests write, where there is room for it and programs may be started in it: tests
# put thousands of files down for good and would wait for the disk each time. Prints nothing where there is none.
scratch() {
  local folder
  folder="/dev/shm/motlan-tests-$(id -u)-$(pwd | cksum | cut -d' ' -f1)"
  [ -d /dev/shm ] && [ -w /dev/shm ] || return 0
  [ "$(df --output=avail -k /dev/shm | tail -1)" -ge "$need_kib" ] || return 0
  [ "$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)" -ge $((2 * need_kib)) ] || return 0
  mkdir -p -m 700 "$folder" || return 0
  printf '#!/bin/sh\n' >"$folder/try" && chmod 700 "$folder/try"
  "$folder/try" 2>/dev/null && echo "$folder"
  rm -f "$folder/try"
}

said=$(mktemp)
"$bin/mypy" . >"$said" 2>&1 &
types=$!
trap 'kill "$types" 2>/dev/null || true; rm -f "$said"' EXIT

# On a clean clone each worker would compile all tests for itself at the same moment: it is done once before, by
# halves. What cannot be collected is told by the run itself.
prime() {
  "$bin/python" -m pytest --collect-only -qq "$@" >/dev/null 2>&1 || true
}
folders=(tests/*/)
half=$(((${#folders[@]} + 1) / 2))
prime "${folders[@]:0:half}" &
first=$!
prime "${folders[@]:half}"
wait "$first" || true

memory=$(scratch)
tests=0
"$bin/python" -m pytest -n "$cores" --dist loadscope ${memory:+--basetemp="$memory"} || tests=$?
echo "── kiểu (mypy)"
judged=0
wait "$types" || judged=$?
cat "$said"
# What failed tests wrote stays to be looked at, until the next run.
if [ -n "$memory" ] && [ "$tests" -eq 0 ]; then rm -rf "$memory"; fi
[ "$tests" -eq 0 ] && [ "$judged" -eq 0 ]
