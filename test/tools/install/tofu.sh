# shellcheck shell=bash
# OpenTofu, tflint, and providers that know every resource but reach no cloud: one program of ours serves the schemas that
# are kept as data (test/tools/tofu), under the name of each provider, from a mirror in the cache folder.

tofu_tools() {
  step tofu "$TOFU" tofu tofu_itself
  step schemaprovider "$(tofu_sources)" schemaprovider tofu_schemas
  step tflint "$TFLINT" tflint tofu_lint
}

tofu_itself() {
  go_copy tofu "github.com/opentofu/opentofu@$TOFU"
  GOFLAGS="$GOFLAGS -mod=mod" go_build '' '-X github.com/opentofu/opentofu/version.dev=no' ./cmd/tofu
}

tofu_lint() { go_install "github.com/terraform-linters/tflint@$TFLINT"; }

tofu_schemas() {
  local mirror=$LIB/tofu/mirror file name
  (cd "$HERE/tofu/schemaprovider" && go build -ldflags='-s -w' -o "$BIN/schemaprovider" .)
  rm -rf "$LIB/tofu"
  mkdir -p "$mirror" "$LIB/tofu/schemas/rules"
  for file in "$HERE"/tofu/schemas/*.json.xz "$HERE"/tofu/schemas/rules/*.json.xz; do
    name=${file#"$HERE"/tofu/schemas/}
    python3 -c 'import lzma, sys; sys.stdout.buffer.write(lzma.open(sys.argv[1]).read())' "$file" >"$LIB/tofu/schemas/${name%.xz}"
  done
  printf 'disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$mirror" >"$LIB/tofu/tofurc"
  "$BIN/schemaprovider" install -mirror "$mirror" -host "$(tofu_host)" -rules "$LIB/tofu/schemas/rules" "$LIB"/tofu/schemas/*.json
}

# the host that "hashicorp/x" means, asked of tofu itself
tofu_host() {
  local folder
  folder=$(mktemp -d)
  printf 'terraform {\n  required_providers {\n    null = { source = "hashicorp/null" }\n  }\n}\n' >"$folder/main.tf"
  (cd "$folder" && TF_CLI_CONFIG_FILE=$LIB/tofu/tofurc "$BIN/tofu" providers 2>/dev/null) |
    sed -n 's#.*provider\[\([^/]*\)/.*#\1#p' | head -1
  rm -rf "$folder"
}

tofu_sources() { (cd "$HERE/tofu" && cat -- schemaprovider/*.go schemaprovider/go.mod schemas/*.xz schemas/rules/*.xz | cksum | cut -d' ' -f1); }
