# shellcheck shell=bash
# Node tools, each in a folder of its own.

node_tools() {
  step node22 "$NODE22" node22 node_22
  step node24 "$NODE24" node24 node_24
  step markdownlint-cli2 "$MARKDOWNLINT" markdownlint-cli2 node_markdownlint
  step yo "$YO" yo node_yo
  step mermaid "$MERMAID jsdom $JSDOM $(cksum <"$HERE/mermaid-check.mjs" | cut -d' ' -f1)" mermaid-check node_mermaid
}

node_22() { node_runtime 22 "$NODE22"; }
node_24() { node_runtime 24 "$NODE24"; }

# The package of the platform holds the runtime itself; the package `node` would only fetch it by an install script.
node_runtime() {
  local package
  package=node-$(node -p 'process.platform + "-" + process.arch')
  npm_folder "node$1" "$package@$2"
  link "node$1" "$LIB/npm/node$1/node_modules/$package/bin/node"
}

node_markdownlint() {
  npm_folder markdownlint "markdownlint-cli2@$MARKDOWNLINT"
  wrap markdownlint-cli2 "$BIN/node22" "$LIB/npm/markdownlint/node_modules/markdownlint-cli2/markdownlint-cli2-bin.mjs"
}

node_yo() {
  npm_folder yo "yo@$YO"
  link yo "$LIB/npm/yo/node_modules/.bin/yo"
}

node_mermaid() {
  npm_folder mermaid "mermaid@$MERMAID" "jsdom@$JSDOM"
  # a copy, so that the command outlives the clone it was installed from
  cp "$HERE/mermaid-check.mjs" "$LIB/npm/mermaid/"
  wrap mermaid-check "$BIN/node22" "$LIB/npm/mermaid/mermaid-check.mjs"
}

# npm_folder FOLDER PACKAGE@VERSION…
npm_folder() {
  local folder=$LIB/npm/$1
  shift
  rm -rf "$folder"
  mkdir -p "$folder"
  echo '{ "private": true }' >"$folder/package.json"
  npm install --prefix "$folder" --save-exact --no-audit --no-fund --no-update-notifier --loglevel error "$@"
}
