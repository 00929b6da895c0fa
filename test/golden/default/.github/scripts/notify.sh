#!/usr/bin/env bash
# Tells people how this run ended: the results of its jobs, in RESULTS, as one.
#   RESULTS='success skipped failure' .github/scripts/notify.sh WHAT
set -euo pipefail

if [[ -z ${NOTIFY_WEBHOOK:-} ]]; then
  echo '::notice title=Nobody was told::There is no secret NOTIFY_WEBHOOK: docs/pipeline-setup.md'
  exit 0
fi
case " ${RESULTS:?} " in
  *' failure '*) result=failure ;;
  *' cancelled '*) result=cancelled ;;
  *' success '*) result=success ;;
  *)
    echo '::notice title=Nobody was told::Nothing ran'
    exit 0
    ;;
esac
exec ops/ci/notify.sh "$result" "$1" "${GITHUB_SERVER_URL:?}/${GITHUB_REPOSITORY:?}/actions/runs/${GITHUB_RUN_ID:?}"
