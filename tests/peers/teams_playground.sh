#!/usr/bin/env bash
# The main job in a Teams-like client that somebody else wrote: Microsoft 365 Agents Playground in headless Chromium, with
# authentication on (teams_proxy.mjs). Two playgrounds are two people: dev asks, lisa approves.
#
#   tests/peers/teams_playground.sh DIR [SHOTS]
#
# DIR: where npm has installed playwright-core and @microsoft/m365agentsplayground. Needs target/debug/countersign and
# /usr/bin/chromium. Screenshots go to SHOTS. Exits 0 when all was seen, and says what it saw.
set -euo pipefail
peers=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$peers/../.." && pwd)
place=$(cd "$1" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/countersign-playground.XXXXXX")
shots=${2:-$work/shots}
mkdir -p "$shots"
pids=()
finish() {
  code=$?
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  [ "$code" = 0 ] || tail -n 15 "$work"/*.log
  [ "$code" = 0 ] && [ "$shots" != "$work/shots" ] && rm -rf "$work"
  exit "$code"
}
trap finish EXIT

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}
answers() {
  for _ in $(seq 150); do
    curl -sS -o /dev/null "$1" 2>/dev/null && return 0
    sleep 0.2
  done
  echo "no answer from $1"
  return 1
}

app=11111111-2222-3333-4444-555555555555
tenant=00000000-0000-0000-0000-000000000001
dev=00000000-0000-0000-0000-000000000011
lisa=00000000-0000-0000-0000-000000000012
server=$(free_port) proxy=$(free_port) one=$(free_port) two=$(free_port)

# A playground of one person: its personal chat is named after them, its channel is the policy's.
playground() { # number name object port
  local dir="$work/$2"
  mkdir -p "$dir"
  {
    printf 'version: "0.1.1"\ntenantId: %s\nbot:\n  id: %s\n  name: Countersign\n' "$tenant" "$app"
    printf 'currentUser:\n  id: "29:%s"\n  name: %s\n  userPrincipleName: %s@acme.com\n  aadObjectId: %s\n  givenName: %s\n  surname: Acme\n  email: %s@acme.com\n' "$2" "$2" "$2" "$3" "$2" "$2"
    printf 'users:\n'
    for n in 1 2 3 4 5; do # it wants five others
      printf '  - {id: "user-id-%s", name: Somebody %s, userPrincipleName: s%s@acme.com, aadObjectId: 00000000-0000-0000-0000-0000000000%s, givenName: S, surname: B, email: s%s@acme.com}\n' "$n" "$n" "$n" "3$n" "$n"
    done
    printf 'personalChat:\n  id: "a:%s"\ngroupChat:\n  id: "19:group@thread.v2"\n  name: Group Chat\n' "$3"
    printf 'team:\n  id: "19:team@thread.tacv2"\n  name: Acme\n  aadGroupId: 00000000-0000-0000-0000-000000000031\n  channels:\n    - id: "19:countersign@thread.tacv2"\n      name: Access\n'
  } >"$dir/.m365agentsplayground.yml"
  (cd "$dir" && exec node "$place/node_modules/@microsoft/m365agentsplayground/cli.js" start \
    -e "http://127.0.0.1:$proxy/in/$1" -c msteams -p "$4" --disable-telemetry) >"$work/$2.log" 2>&1 &
  pids+=($!)
}

node "$peers/teams_proxy.mjs" "$proxy" "http://127.0.0.1:$server/teams/messages" "$app" playground-secret "$tenant" \
  "$dev=http://localhost:$one" "$lisa=http://localhost:$two" >"$work/proxy.log" 2>&1 &
pids+=($!)
playground 0 dev "$dev" "$one"
playground 1 lisa "$lisa" "$two"
answers "http://127.0.0.1:$proxy/openid"
(cd "$work" && exec env COUNTERSIGN_LISTEN="127.0.0.1:$server" COUNTERSIGN_POLICY="$root/tests/kit/peers.policy.toml" \
  TEAMS_APP_ID="$app" TEAMS_APP_PASSWORD=playground-secret TEAMS_TENANT_ID="$tenant" \
  TEAMS_LOGIN_URL="http://127.0.0.1:$proxy/login" TEAMS_OPENID_URL="http://127.0.0.1:$proxy/openid" \
  TEAMS_SERVICE_URL="http://127.0.0.1:$proxy/svc/0" "$root/target/debug/countersign" demo) >"$work/server.log" 2>&1 &
pids+=($!)
answers "http://127.0.0.1:$server/readyz"
answers "http://localhost:$one/"
answers "http://localhost:$two/"
cp "$peers/teams_playground.mjs" "$place/teams_playground.mjs"
(cd "$place" && node teams_playground.mjs "http://localhost:$one/" "http://localhost:$two/" "http://127.0.0.1:$proxy/_seen" "$shots")
