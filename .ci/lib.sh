# Steps of .ci/run. Needs $work; sets $pgbin and $postgres_url, adds to pids.

pgbin=/usr/lib/postgresql/15/bin
postgres_url=""

install_tools() {
  local packages=()
  [ -x "$pgbin/postgres" ] || packages+=(postgresql-15)
  command -v nginx >/dev/null || packages+=(nginx-light)
  [ -x /usr/bin/chromium ] || packages+=(chromium fonts-liberation)
  command -v node >/dev/null || packages+=(nodejs npm)
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
  port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
  install -d -o nobody "$work/pg" "$work/pgsocket"
  printf 'countersign-ci' >"$work/pgpass"
  chmod 644 "$work/pgpass"
  runuser -u nobody -- "$pgbin/initdb" -D "$work/pg" -U postgres -A scram-sha-256 --pwfile="$work/pgpass" --no-sync >"$work/initdb.log"
  runuser -u nobody -- "$pgbin/pg_ctl" -D "$work/pg" -w -l "$work/pg/server.log" \
    -o "-p $port -k $work/pgsocket -c listen_addresses=127.0.0.1 -c max_connections=200" start >/dev/null
  postgres_url="postgres://postgres:countersign-ci@127.0.0.1:$port/postgres"
}

prepare_peers() {
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install -q --disable-pip-version-check slack_sdk==3.*
  mkdir -p "$work/npm"
  # emulate is pinned: its `latest` tag is another person's package.
  (cd "$work/npm" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund playwright-core emulate@0.11.2)
}
