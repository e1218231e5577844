#!/usr/bin/env bash
# Runs a command with ANCRAGE_TEST_POSTGRES_URL on a PostgreSQL of its own, from Debian's packages: `with_postgres.sh make test`.
# The server listens on a socket in a temporary folder only and goes when the command ends. Where there can be none, one sentence
# says why and the command runs all the same. A URL that is already set is left alone.
set -uo pipefail

programs() { command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1; }

install() {
  [ "$(id -u)" = 0 ] || { why="only root may install Debian's package"; return 1; }
  command -v apt-get >/dev/null || { why="there is no apt-get here"; return 1; }
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; } >/dev/null 2>&1 || { why="apt-get could not install Debian's package"; return 1; }
}

start() {
  bin=$(dirname "$(realpath "$initdb")")
  home=$(mktemp -d)
  # the server refuses to run as root: the package brings a user for it
  as=()
  if [ "$(id -u)" = 0 ]; then
    as=(runuser -u postgres --)
    chown postgres "$home"
  fi
  cd "$home" || return 1
  "${as[@]}" "$bin/initdb" --pgdata="$home/data" --username=postgres --auth=trust --encoding=UTF8 --no-sync >"$home/log" 2>&1 &&
    "${as[@]}" "$bin/pg_ctl" --pgdata="$home/data" --wait --log="$home/server.log" \
      --options="-c listen_addresses='' -c unix_socket_directories=$home -c fsync=off" start >>"$home/log" 2>&1
}

stop() {
  "${as[@]}" "$bin/pg_ctl" --pgdata="$home/data" --wait --mode=immediate stop >/dev/null 2>&1
  rm -rf "$home"
}

why=""
here=$PWD
initdb=$(programs)
if [ -z "${ANCRAGE_TEST_POSTGRES_URL:-}" ]; then
  if [ -z "$initdb" ] && install; then initdb=$(programs); fi
  if [ -n "$initdb" ]; then
    trap stop EXIT
    if start; then
      export ANCRAGE_TEST_POSTGRES_URL="postgresql://postgres@/postgres?host=$home"
      echo "The workspace is tested on $("$bin/postgres" --version) too."
    else
      why="it did not start ($(tail -n 1 "$home/log"))"
    fi
    cd "$here" || exit 1
  fi
  [ -z "$why" ] || echo "The workspace is tested on SQLite alone, without PostgreSQL: $why."
fi
"$@"
