# shellcheck shell=bash
# Go tools. A module with replace directives refuses `go install`, so those are built in a copy of the module.

go_tools() {
  step gitleaks "$GITLEAKS" gitleaks go_gitleaks
  step editorconfig-checker "$EDITORCONFIG_CHECKER" editorconfig-checker go_editorconfig_checker
  step dockerlint "$(sources dockerlint)" dockerlint go_dockerlint
  step prometheus "$PROMETHEUS" 'prometheus promtool' go_prometheus
  step querylint "$(sources querylint)" querylint go_querylint
  step alertmanager "$ALERTMANAGER" 'alertmanager amtool' go_alertmanager
  step docker-compose "$COMPOSE" docker-compose go_compose
  step actionlint "$ACTIONLINT" actionlint go_actionlint
}

go_gitleaks() { go_install "github.com/zricethezav/gitleaks/v8@$GITLEAKS"; }

go_editorconfig_checker() {
  go_install "github.com/editorconfig-checker/editorconfig-checker/v3/cmd/editorconfig-checker@$EDITORCONFIG_CHECKER"
}

go_actionlint() { go_install "github.com/rhysd/actionlint/cmd/actionlint@$ACTIONLINT"; }

go_dockerlint() { go_own dockerlint; }

go_querylint() { go_own querylint; }

# Alertmanager embeds a web page that its module does not carry; the API and the notifications need none of it.
go_alertmanager() {
  go_copy alertmanager "github.com/prometheus/alertmanager@$ALERTMANAGER"
  mkdir -p ui/app/dist
  [[ -e ui/app/dist/index.html ]] || : >ui/app/dist/index.html
  go_build '' "-X github.com/prometheus/common/version.Version=${ALERTMANAGER#v}" ./cmd/alertmanager ./cmd/amtool
}

# One build for both commands. The tags leave out the cloud discoveries, whose SDKs are most of the compile time.
go_prometheus() {
  go_copy prometheus "github.com/prometheus/prometheus@v0.3${PROMETHEUS#3.}"
  go_build 'netgo,remove_all_sd,enable_kubernetes_sd,enable_dns_sd' \
    "-X github.com/prometheus/common/version.Version=$PROMETHEUS" ./cmd/prometheus ./cmd/promtool
}

go_compose() {
  go_copy compose "github.com/docker/compose/v2@$COMPOSE"
  go build -ldflags="-s -w -X github.com/docker/compose/v2/internal.Version=$COMPOSE" -o "$BIN/docker-compose" ./cmd
  rm -rf "$PWD"
}

go_install() { go install -ldflags='-s -w' "$1"; }

# go_own NAME: one of our own tools, from its source beside this folder
go_own() {
  cd "$HERE/$1" || return
  go build -ldflags='-s -w' -o "$BIN/$1" .
}

# go_copy NAME MODULE@VERSION: a writable copy of the module becomes the current folder
go_copy() {
  local copy=$BUILD/src/$1 origin
  (cd "$BUILD" && go mod download "$2")
  origin=$(cd "$BUILD" && go mod download -json "$2" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  rm -rf "$copy"
  mkdir -p "$BUILD/src"
  cp -r "$origin" "$copy"
  chmod -R u+w "$copy"
  cd "$copy" || return
}

# go_build TAGS LDFLAGS PACKAGE…
go_build() {
  local tags=$1 flags=$2
  shift 2
  go build -tags "$tags" -ldflags="-s -w $flags" -o "$BIN/" "$@"
  rm -rf "$PWD"
}

# sources FOLDER: a version for one of our own tools: it changes with every source file
sources() { (cd "$HERE/$1" && cat -- *.go go.mod | cksum | cut -d' ' -f1); }
