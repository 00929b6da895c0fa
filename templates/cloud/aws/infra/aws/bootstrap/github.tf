# GitHub proves who a job is; no key of ours is stored there. Each role says exactly which jobs may take it.

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  # repo:ORG@OWNERID/REPO@REPOID can never be said by a repository that takes the name later.
  subject = var.repository.immutable_subject ? format("repo:%s@%d/%s@%d",
    var.repository.owner, var.repository.owner_id, var.repository.name, var.repository.id,
  ) : format("repo:%s/%s", var.repository.owner, var.repository.name)

  # Which jobs may take which role. Plans run on pull requests and on the main branch, before anybody has approved
  # anything; all others only in the environment of GitHub that carries the approval.
  jobs = {
    plan   = ["${local.subject}:pull_request", "${local.subject}:ref:refs/heads/main"]
    apply  = ["${local.subject}:environment:${var.environment}"]
    deploy = ["${local.subject}:environment:${var.environment}"]
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = local.jobs

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = each.value
    }

    # Checked where AWS reads this claim. Where it does not, the subject above says the same number.
    condition {
      test     = "StringEqualsIfExists"
      variable = "token.actions.githubusercontent.com:repository_id"
      values   = [tostring(var.repository.id)]
    }
  }
}

resource "aws_iam_role" "ci" {
  for_each = local.jobs

  name                 = "${local.stem}-${each.key}"
  description          = "GitHub Actions: ${each.key} of ${local.stem}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 3600
}
