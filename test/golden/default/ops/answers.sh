# shellcheck shell=bash
# What ops/bootstrap asks, and where it writes the answers; sourced by it.

# ask VARIABLE PATTERN QUESTION DEFAULT: into VARIABLE, from the environment, the terminal or the default
ask() {
  local answer=${!1:-}
  if [[ -z $answer && -z $yes && -t 0 ]]; then
    read -rp "$3${4:+ [$4]}: " answer
  fi
  answer=${answer:-$4}
  if [[ $answer =~ ^$2$ ]]; then
    printf -v "$1" %s "$answer"
  else
    missing+=("$1: $3${answer:+ (\"$answer\" is not one)}")
  fi
}

# write FILE KEY VALUE: replaces the value of KEY = … or KEY=…
write() {
  grep -qE "^$2 *=" "$1" || die "$1 has no $2"
  sed "s|^\($2 *= *\).*|\1$3|" "$1" >"$1.new"
  mv "$1.new" "$1"
}

# listed FILE KEY VALUE: VALUE becomes part of the list KEY = […]; what somebody wrote there stays
listed() {
  local now
  now=$(awk -v key="^$2 *= *[[]" '$0 ~ key { on = 1 } on { print } on && /]/ { exit }' "$1")
  [[ $now != *"\"$3\""* ]] || return 0
  [[ $now == *']' && $now != *$'\n'* ]] || die "$1: add \"$3\" to $2"
  now=${now#*[}
  now=${now%]}
  write "$1" "$2" "[${now:+$now, }\"$3\"]"
}
