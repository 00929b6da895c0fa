#!/usr/bin/env bash
# Installs the checkers that `ops/verify.sh` and `ops/ci/validate.sh` use, where this job finds them. Python packages are
# compared with their hashes, Go modules with the public checksum database: what is installed is what was reviewed.
set -euo pipefail

# renovate: datasource=go depName=github.com/yannh/kubeconform
KUBECONFORM=v0.8.0
# renovate: datasource=go depName=sigs.k8s.io/kustomize/kustomize/v5
KUSTOMIZE=v5.8.2
# renovate: datasource=go depName=github.com/rhysd/actionlint
ACTIONLINT=v1.7.12

tools=${RUNNER_TEMP:?}/tools
uv venv --quiet "$tools"
VIRTUAL_ENV=$tools uv pip install --quiet --require-hashes --requirement .github/requirements-tools.txt
export GOBIN=$tools/bin GOFLAGS=-buildvcs=false
go install "github.com/yannh/kubeconform/cmd/kubeconform@$KUBECONFORM"
go install "sigs.k8s.io/kustomize/kustomize/v5@$KUSTOMIZE"
go install "github.com/rhysd/actionlint/cmd/actionlint@$ACTIONLINT"
echo "$tools/bin" >>"${GITHUB_PATH:?}"
