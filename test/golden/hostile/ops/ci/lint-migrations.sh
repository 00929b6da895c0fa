#!/usr/bin/env bash
# Refuses migrations that the version before could not live with. While a release rolls out, and after a rollback, old code
# runs on the new schema: so a migration only adds, and what nobody uses any more goes one release later.
#   ops/ci/lint-migrations.sh [FILE…]      app/migrations/*.sql unless given
# Where that release has come, say so in the statement:   -- contract: nothing reads this column since v1.4
# Tables that the same file creates are free: no old code knows them.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
files=("$@")
if ((${#files[@]} == 0)); then
  shopt -s nullglob
  files=(app/migrations/*.sql)
fi
((${#files[@]} > 0)) || die 'there are no migrations in app/migrations'

awk '
  function refuse(why) {
    printf "%s:%d: %s\n", FILENAME, start, why > "/dev/stderr"
    bad = 1
  }
  # judge: one statement, in lower case, with single spaces
  function judge(sql, table) {
    if (match(sql, /create table (if not exists )?[^ (]+/)) {
      table = substr(sql, RSTART, RLENGTH); sub(/.* /, "", table); fresh[table] = 1
    }
    if (excused || sql !~ /[a-z]/) return
    if (match(sql, /(alter table|index [^ ]+ on|index on|truncate( table)?|delete from) (if exists |only )*[^ (;]+/)) {
      table = substr(sql, RSTART, RLENGTH); sub(/.* /, "", table)
      if (table in fresh) return
    }
    if (sql ~ /(^| )drop (table|column|view|materialized view|schema|type|function|sequence)( |$)/) refuse("drops what the version before may still use")
    else if (sql ~ /alter table .* drop ("?[a-z_]+"?)( |,|$)/ && sql !~ / drop (constraint|not null|identity|expression|default)/) refuse("drops a column that the version before may still use")
    else if (sql ~ / rename (to|column|constraint)? ?/) refuse("renames what the version before still calls by its old name")
    else if (sql ~ / (set data )?type [a-z]/ && sql ~ /alter column/) refuse("changes a type that the version before expects")
    else if (sql ~ / set not null/) refuse("the version before may still write nothing there")
    else if (sql ~ / drop default/) refuse("the version before may rely on the default")
    else if (sql ~ / add (column )?(if not exists )?[^ ]+ .* not null/ && sql !~ / default | generated /) refuse("a new column without a default, which the version before does not fill")
    else if (sql ~ / add (constraint [^ ]+ )?(check|unique|foreign key|primary key|exclude)/ && sql !~ / not valid/) refuse("a new rule that rows of the version before may break")
    else if (sql ~ /create unique index/) refuse("a new rule that rows of the version before may break")
    else if (sql ~ /(^| )(truncate|delete from) /) refuse("deletes rows that the version before may still read")
  }
  function finish() { gsub(/[ \t]+/, " ", statement); sub(/^ /, "", statement); judge(statement); statement = ""; excused = start = 0 }
  FNR == 1 { finish(); split("", fresh) }
  {
    line = $0
    if (line ~ /-- *contract: *[^ ]/) excused = 1
    sub(/--.*/, "", line)
    while ((at = index(line, ";")) > 0) {
      if (!start) start = FNR
      statement = statement " " tolower(substr(line, 1, at - 1)); finish()
      line = substr(line, at + 1)
    }
    if (line ~ /[^ \t]/ && !start) start = FNR
    statement = statement " " tolower(line)
  }
  END { finish(); exit bad }
' "${files[@]}" || die 'old code would meet a schema that it does not know; the comment at the top says what to do'
say "${#files[@]} migrations only add"
