#!/usr/bin/env bash
# Install the system packages that are missing, where we may (root, with apt-get); else say in one sentence what to install.
# Usage: tools/system.sh run|test
set -u  # no pipefail: grep -q leaves at the first hit, and what feeds it then fails
PATH="$PATH:/usr/sbin:/sbin"  # where Debian keeps ldconfig, out of an ordinary user's way
missing=()
has_library() { ldconfig -p 2>/dev/null | grep -q "$1"; }
has_library libpango-1.0.so || missing+=(libpango-1.0-0)
has_library libpangoft2-1.0.so || missing+=(libpangoft2-1.0-0)
has_library libharfbuzz-subset.so || missing+=(libharfbuzz-subset0)
command -v fc-list >/dev/null || missing+=(fontconfig)
# Certificates print names in every script; these fonts hold them.
fc-list 2>/dev/null | grep -qi "noto sans" || missing+=(fonts-noto-core)
fc-list 2>/dev/null | grep -qi "noto sans cjk" || missing+=(fonts-noto-cjk)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ "${1:-run}" = test ]; then
  command -v chromium >/dev/null || missing+=(chromium)
  command -v pdftotext >/dev/null || missing+=(poppler-utils)
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing+=(postgresql)
fi
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} ..."
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 && exit 0
fi
echo "Some things will not work on this machine until you install: ${missing[*]} (apt-get install ${missing[*]})." >&2
exit 0
