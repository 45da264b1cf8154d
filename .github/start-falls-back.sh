#!/usr/bin/env bash
# Where Chromium's sandbox cannot start, `npm start` must name user namespaces, and open the browser host instead.
set -euo pipefail

log=start.log
: > "$log"
npm start -- --data "$(mktemp -d)" > "$log" 2>&1 &
start=$!

ended() {
  code=$?
  trap - EXIT
  kill "$start" 2>/dev/null || true
  wait "$start" 2>/dev/null || true
  cat "$log"
  exit "$code"
}
trap ended EXIT

url=
for _ in $(seq 240); do
  url=$(sed -n 's/^Peerscope is at //p' "$log" | head -n 1)
  [ -n "$url" ] && break
  kill -0 "$start" 2>/dev/null || break
  sleep 0.5
done
[ -n "$url" ] || { echo 'npm start opened nothing' >&2; exit 1; }
grep -qi 'user namespaces' "$log" || { echo 'npm start does not say why' >&2; exit 1; }
node --input-type=module - "${url%%#*}" << 'END'
const page = await fetch(process.argv[2], { signal: AbortSignal.timeout(10_000) })
if (!page.ok || !(await page.text()).includes('<title>Peerscope</title>')) throw new Error('the page is not there')
END
