#!/usr/bin/env bash
# Install the Debian packages of a list (tools/system-packages.txt by default) when we may; otherwise print the
# one line to run.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t wanted < <(grep -vE '^(#|$)' "${1:-tools/system-packages.txt}")
missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
# A Python with its own venv module does not need Debian's package of it.
if python3 -c 'import venv, ensurepip' 2>/dev/null; then
  missing=("${missing[@]/python3-venv/}")
fi
missing=($(printf '%s\n' "${missing[@]}" | sed '/^$/d'))
if [ "${#missing[@]}" -eq 0 ]; then
  exit 0
fi
line="apt-get install -y --no-install-recommends ${missing[*]}"
if ! command -v apt-get >/dev/null; then
  echo "Máy này không có apt-get. Hãy cài các gói tương ứng rồi chạy lại: ${missing[*]}" >&2
  exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
  runner=()
elif sudo -n true 2>/dev/null; then
  runner=(sudo -n)
else
  echo "Cần cài thêm gói Debian. Hãy chạy dòng này một lần rồi chạy lại lệnh make:" >&2
  echo "    sudo $line" >&2
  exit 1
fi
echo "── cài gói Debian: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${runner[@]}" apt-get update -qq
# shellcheck disable=SC2086
"${runner[@]}" $line -qq >/dev/null
