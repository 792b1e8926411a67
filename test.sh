#!/usr/bin/env bash
# Everything: style, lints, documentation, licences, unit, contract and browser tests, load and fault
# runs in their short form. Installs what is missing (Debian packages, npm packages, cargo-deny),
# starts a throwaway Postgres and Redis on free ports and ends them again.
#
#   ./test.sh            all of it
#   ./test.sh STEP …     only these steps, by the names listed in STEPS below
set -euo pipefail
cd "$(dirname "$0")"

STEPS=(style lints docs direction licences tests fuzz release scripts sdk faults browser)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/frontdesk-test.XXXXXX")
PIDS=()
PASSED=0
BIN="${CARGO_TARGET_DIR:-$PWD/target}/release"
export CARGO_TERM_COLOR=never

say() { printf '\n=== %s\n' "$*"; }

finish() {
    local code=$?
    for pid in "${PIDS[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null || true; done
    [ -n "${PGBIN:-}" ] && [ -d "$WORK/pg" ] && as_postgres "$PGBIN/pg_ctl" -D "$WORK/pg" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$WORK"
    if [ "$code" -eq 0 ]; then
        printf '\n%s passed, 0 failed\n' "$PASSED"
    else
        printf '\nStopped at a failure: read the lines above. %s passed before it.\n' "$PASSED"
    fi
}
trap finish EXIT

# Runs a command, shows its output, and adds the passed tests it reports to the sum.
count() {
    local log="$WORK/count.log" found
    "$@" 2>&1 | tee "$log"
    found=$(sed -nE 's/^test result: ok\. ([0-9]+) passed.*/\1/p; s/^(# |ℹ )pass ([0-9]+)$/\2/p' "$log" | paste -sd+ -)
    PASSED=$((PASSED + ${found:-0}))
}

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }
as_postgres() { if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

install_packages() {
    local missing=()
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
    command -v redis-server >/dev/null || missing+=(redis-server)
    python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
    command -v chromium >/dev/null || missing+=(chromium)
    command -v cc >/dev/null || missing+=(build-essential)
    [ ${#missing[@]} -eq 0 ] && return
    say "installing Debian packages: ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$WORK/apt.log" 2>&1 \
        || { tail -n 20 "$WORK/apt.log"; exit 1; }
}

start_postgres() {
    PGBIN=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    local port
    port=$(free_port)
    chmod 755 "$WORK"
    mkdir "$WORK/pg" "$WORK/pg-socket"
    [ "$(id -u)" -eq 0 ] && chown postgres "$WORK/pg" "$WORK/pg-socket"
    as_postgres "$PGBIN/initdb" -D "$WORK/pg" -U postgres -A trust -E UTF8 --locale=C >/dev/null
    as_postgres "$PGBIN/pg_ctl" -D "$WORK/pg" -w -l "$WORK/pg/log" start \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$WORK/pg-socket -c max_connections=200" >/dev/null
    export FRONTDESK_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
}

start_redis() {
    local port
    port=$(free_port)
    redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$WORK" >"$WORK/redis.log" 2>&1 &
    PIDS+=($!)
    export FRONTDESK_TEST_REDIS="redis://127.0.0.1:$port"
}

start_servers() {
    [ -n "${FRONTDESK_TEST_POSTGRES:-}" ] || start_postgres
    [ -n "${FRONTDESK_TEST_REDIS:-}" ] || start_redis
}

step_style() { cargo fmt --all --check; }

step_lints() { cargo clippy --workspace --all-targets --quiet -- -D warnings; }

step_docs() { RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet; }

# The arrows between the crates, as ARCHITECTURE.md draws them.
step_direction() {
    local package tree
    forbid() {
        package=$1
        shift
        tree=$(cargo tree -p "$package" -e normal --prefix none | awk '{print $1}' | sort -u)
        for crate in "$@"; do
            if grep -qx "$crate" <<<"$tree"; then
                echo "$package must not depend on $crate: see ARCHITECTURE.md, \"Which crate may know which\""
                exit 1
            fi
        done
    }
    local io=(tokio ractor sqlx axum redis reqwest)
    forbid frontdesk-core "${io[@]}" frontdesk-actors frontdesk-runtime frontdesk-storage gateway
    forbid frontdesk-actors "${io[@]}" frontdesk-runtime frontdesk-storage gateway
    forbid frontdesk-runtime sqlx axum redis reqwest frontdesk-actors frontdesk-storage gateway
    forbid frontdesk-storage ractor axum reqwest frontdesk-actors frontdesk-runtime gateway
    forbid loadtest frontdesk-actors gateway
    echo "the arrows between the crates hold"
}

step_licences() {
    if ! cargo deny --version >/dev/null 2>&1; then
        say "installing cargo-deny"
        cargo install cargo-deny --locked --quiet
    fi
    cargo deny check bans licenses sources
    if ! cargo deny check advisories >"$WORK/advisories.log" 2>&1; then
        if grep -qiE 'failed to fetch|unable to (fetch|update|load)|error trying to connect|failed to (clone|acquire)|advisory database' "$WORK/advisories.log"; then
            echo "NOT CHECKED: the advisory database cannot be fetched from here; run 'cargo deny check advisories' where it can"
        else
            cat "$WORK/advisories.log"
            exit 1
        fi
    fi
}

step_tests() {
    start_servers
    count cargo test --workspace --quiet
}

# Every parser against arbitrary input; more with FUZZ_CASES, or for minutes with cargo fuzz (see fuzz/).
step_fuzz() { PROPTEST_CASES=${FUZZ_CASES:-2000} count cargo test -p frontdesk-fuzz --quiet; }

step_release() { cargo build --release --workspace --quiet; }

# The demo conversations, played through the real binary.
step_scripts() {
    step_release
    for script in docs/examples/*.toml; do
        "$BIN/frontdesk" simulate "$script" >"$WORK/simulate.log" || { cat "$WORK/simulate.log"; exit 1; }
        PASSED=$((PASSED + 1))
    done
    echo "simulated: $(ls docs/examples/*.toml | wc -l) scripts"
}

# Signatures against what the providers' own libraries make, in an environment of its own.
step_sdk() {
    step_release
    python3 -m venv "$WORK/sdk"
    "$WORK/sdk/bin/pip" install --quiet --disable-pip-version-check 'twilio>=9,<10' 'retell-sdk>=6,<7'
    for library in twilio retell; do
        "$WORK/sdk/bin/python" "gateway/tests/sdk/${library}_signatures.py" "$BIN/frontdesk"
        PASSED=$((PASSED + 1))
    done
}

# Kills the server under load on both databases and checks that nothing was lost or doubled.
step_faults() {
    step_release
    start_servers
    local rounds=${KILL_ROUNDS:-6}
    "$BIN/loadtest" run kill --server "$BIN/frontdesk" --rounds "$rounds" --connections 50
    "$BIN/loadtest" run kill --server "$BIN/frontdesk" --rounds "$rounds" --connections 50 \
        --database "$FRONTDESK_TEST_POSTGRES"
    # Every provider's channel, while the providers' twins fail in every way.
    "$BIN/loadtest" run channels --server "$BIN/frontdesk" --connections 48
    PASSED=$((PASSED + 3))
}

step_browser() {
    step_release
    (cd e2e && npm ci --silent --no-audit --no-fund && npm run --silent check)
    FRONTDESK_BIN="$BIN/frontdesk" count npm --prefix e2e test --silent
}

install_packages
if [ $# -eq 0 ]; then set -- "${STEPS[@]}"; fi
for step in "$@"; do
    say "$step"
    "step_$step"
done
