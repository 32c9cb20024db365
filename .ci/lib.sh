# Steps of .ci/run. Needs $work; sets $pgbin and $postgres_url, adds to pids.

pgbin=/usr/lib/postgresql/15/bin
postgres_url=""

install_tools() {
  local packages=()
  [ -x "$pgbin/postgres" ] || packages+=(postgresql-15)
  command -v nginx >/dev/null || packages+=(nginx-light)
  command -v openssl >/dev/null || packages+=(openssl)
  [ -x /usr/bin/chromium ] || packages+=(chromium fonts-liberation)
  command -v node >/dev/null || packages+=(nodejs npm)
  compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || packages+=(faketime)
  python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3-venv)
  if [ ${#packages[@]} -gt 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >"$work/apt.log" 2>&1 ||
      { tail -30 "$work/apt.log"; return 1; }
  fi
}

# A server of our own, owned by nobody, on a free port of the loopback interface, with passwords that matter.
start_postgres() {
  local port
  port=$(free_port)
  install -d -o nobody "$work/pg" "$work/pgsocket"
  printf 'countersign-ci' >"$work/pgpass"
  chmod 644 "$work/pgpass"
  runuser -u nobody -- "$pgbin/initdb" -D "$work/pg" -U postgres -A scram-sha-256 --pwfile="$work/pgpass" --no-sync >"$work/initdb.log"
  runuser -u nobody -- "$pgbin/pg_ctl" -D "$work/pg" -w -l "$work/pg/server.log" \
    -o "-p $port -k $work/pgsocket -c listen_addresses=127.0.0.1 -c max_connections=200" start >/dev/null
  postgres_url="postgres://postgres:countersign-ci@127.0.0.1:$port/postgres"
}

stage_lints() {
  cargo fmt --all --check
  cargo clippy --workspace --all-targets -- -D warnings
  .ci/deny
}

# The README's test command, as somebody runs it who has nothing but a Rust toolchain.
stage_tests() {
  env -u COUNTERSIGN_TEST_POSTGRES cargo test
}

# The same suites against real servers. What is missing is a failure.
stage_peers() {
  prepare_peers
  COUNTERSIGN_TEST_STRICT=1 \
  COUNTERSIGN_TEST_NGINX=1 \
  COUNTERSIGN_TEST_PYTHON="$work/venv/bin/python" \
  COUNTERSIGN_TEST_NODE_MODULES="$work/npm" \
  cargo test
}

# What a person sees: the console, Slack as somebody else wrote it, Teams as Microsoft's own playground plays it.
stage_browsers() {
  prepare_peers
  drive_console
  drive_emulate
  drive_teams
}

prepare_peers() {
  [ ! -d "$work/npm/node_modules" ] || return 0
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install -q --disable-pip-version-check 'slack_sdk==3.*' 'aiosmtpd==1.4.*'
  mkdir -p "$work/npm"
  # emulate is pinned: its `latest` tag is another person's package.
  # The playground is under an evaluation licence: installed for the run, never kept.
  (cd "$work/npm" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund playwright-core emulate@0.11.2 \
    @slack/types typescript@5 discord-interactions@4 tweetnacl@1 botframework-connector@4 standardwebhooks@1 \
    @microsoft/m365agentsplayground@0.2.28)
}

free_port() {
  python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'
}

# Waits until a server answers at an address, whatever it says; at most 30 s.
answers() {
  for _ in $(seq 150); do
    curl -sS -o /dev/null "$1" 2>/dev/null && return 0
    sleep 0.2
  done
  echo "no answer from $1"
  return 1
}

# The console and the tour, driven in a real browser.
drive_console() {
  local port
  port=$(free_port)
  COUNTERSIGN_LISTEN="127.0.0.1:$port" target/debug/countersign demo >"$work/demo.log" 2>&1 &
  pids+=($!)
  answers "http://127.0.0.1:$port/readyz"
  (cd "$work/npm" && node "$root/tests/peers/console.mjs" "http://127.0.0.1:$port" "$work/shots")
}

# Slack's Web API as somebody else wrote it.
drive_emulate() {
  local port slack channel
  port=$(free_port)
  slack=$(free_port)
  cp tests/peers/slack_emulate.yaml "$work/npm/seed.yaml"
  (cd "$work/npm" && exec node node_modules/emulate/dist/index.js start -s slack -p "$slack" --seed seed.yaml) >"$work/emulate.log" 2>&1 &
  pids+=($!)
  answers "http://127.0.0.1:$slack/api/api.test" || { tail -20 "$work/emulate.log"; return 1; }
  channel=$("$work/venv/bin/python" tests/peers/slack_channel.py "http://127.0.0.1:$slack" xoxb-emulated)
  sed "s|T00000001/C00000001|$channel|; s|, approvers = \\[.*\\] }| }|" tests/kit/peers.policy.toml >"$work/emulate.policy.toml"
  COUNTERSIGN_LISTEN="127.0.0.1:$port" COUNTERSIGN_POLICY="$work/emulate.policy.toml" SLACK_API_URL="http://127.0.0.1:$slack/api" \
    SLACK_BOT_TOKEN=xoxb-emulated SLACK_SIGNING_SECRET=my_signing_secret target/debug/countersign demo >"$work/emulate-demo.log" 2>&1 &
  pids+=($!)
  answers "http://127.0.0.1:$port/readyz"
  "$work/venv/bin/python" tests/peers/slack_emulate.py "http://127.0.0.1:$port" "http://127.0.0.1:$slack" xoxb-emulated ||
    { tail -20 "$work/emulate-demo.log"; return 1; }
}

# Teams as somebody else wrote it, with authentication on.
drive_teams() {
  tests/peers/teams_playground.sh "$work/npm" "$work/teams-shots"
}
