#!/usr/bin/env bash
# Prepares the repository at GitHub, once, with the rights of whoever runs it (`gh auth login`, administrator): environments
# that only main may use, approval before production, and the rule that main changes by reviewed pull requests only.
#   .github/scripts/setup.sh [REVIEWER]      the user who approves production; yourself unless given
# APPROVALS is how many people must have read a pull request: 1 unless set, 0 for whoever works alone.
# Running it again changes nothing that is already so.
set -euo pipefail

approvals=${APPROVALS:-1}
[[ $approvals =~ ^[0-6]$ ]] || {
  echo 'APPROVALS must be a number from 0 to 6' >&2
  exit 2
}
repository=$(gh repo view --json nameWithOwner --jq .nameWithOwner)
reviewer=$(gh api "users/${1:-$(gh api user --jq .login)}" --jq .id)

# environment NAME REVIEWERS: JSON of whoever must approve
environment() {
  gh api --silent --method PUT "repos/$repository/environments/$1" --input - <<END
{"reviewers": $2, "deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}}
END
  gh api "repos/$repository/environments/$1/deployment-branch-policies" --jq '.branch_policies[].name' | grep -qx main ||
    gh api --silent --method POST "repos/$repository/environments/$1/deployment-branch-policies" --field name=main
  echo "environment $1: only main$([[ $2 == '[]' ]] || echo ', after approval')"
}

approval="[{\"type\": \"User\", \"id\": $reviewer}]"
environment staging '[]'
environment production "$approval"

# What is pushed after an approval was approved by nobody; and whoever pushed last does not count as a reader.
gh api --silent --method PUT "repos/$repository/branches/main/protection" --input - <<END
{
  "required_status_checks": { "strict": true, "contexts": ["checks / test", "checks / audit", "checks / static", "image"] },
  "enforce_admins": true,
  "required_pull_request_reviews": {
    "required_approving_review_count": $approvals,
    "dismiss_stale_reviews": true,
    "require_last_push_approval": $([[ $approvals == 0 ]] && echo false || echo true),
    "require_code_owner_reviews": false
  },
  "restrictions": null,
  "required_linear_history": true,
  "allow_force_pushes": false,
  "allow_deletions": false
}
END
echo 'main: by reviewed pull requests only, after tests, checks and image'
gh api --silent --method PUT "repos/$repository/actions/permissions/workflow" \
  --field default_workflow_permissions=read --field can_approve_pull_request_reviews=false
echo 'workflows: read-only unless a job says otherwise'
