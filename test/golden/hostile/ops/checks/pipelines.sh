# shellcheck shell=bash
# Pipelines: they are programs, and they hold the right to deploy.
if [[ -d .github/workflows ]]; then
  with actionlint 'workflows (actionlint)' actionlint
  with zizmor 'workflows (zizmor)' zizmor --offline --quiet .github/workflows
fi
