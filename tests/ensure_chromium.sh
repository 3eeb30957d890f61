#!/bin/sh
# Finds or installs a Chromium for the browser tests, and reports which: Debian's package if it can be installed, or
# Playwright's own. Without one the browser tests are skipped, unless KG_REQUIRE_BROWSER is set.
bin="$1"
for name in "$KG_CHROMIUM" chromium chromium-browser google-chrome; do
  if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
    echo "Browser tests use $(command -v "$name")"
    exit 0
  fi
done
if "$bin/python" -c "
from pathlib import Path
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    raise SystemExit(not Path(p.chromium.executable_path).exists())" 2>/dev/null; then
  echo "Browser tests use Playwright's Chromium"
  exit 0
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null 2>&1 && { [ -z "$as_root" ] || sudo -n true 2>/dev/null; }; then
  echo "Installing Debian's package chromium for the browser tests"
  if $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; then
    exit 0
  fi
fi
echo "Installing Playwright's Chromium for the browser tests"
"$bin/playwright" install chromium && exit 0
echo "No Chromium could be installed: the browser tests will be skipped" >&2
[ -z "$KG_REQUIRE_BROWSER" ]
