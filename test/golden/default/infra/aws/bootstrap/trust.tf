# GitHub proves who a job is; no key of ours is stored there. Each role says exactly which jobs may take it.

resource "aws_iam_openid_connect_provider" "jobs" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  # repo:ORG@OWNERID/REPO@REPOID can never be said by a repository that takes the name later.
  subject = var.repository.immutable_subject ? format("repo:%s@%d/%s@%d",
    var.repository.owner, var.repository.owner_id, var.repository.name, var.repository.id,
  ) : format("repo:%s/%s", var.repository.owner, var.repository.name)

  # Which jobs may take which role. Plans run on pull requests and on the main branch, before anybody has approved
  # anything. Deploying and applying have an environment of GitHub each: a job that deploys can never change the cloud.
  jobs = {
    plan   = ["${local.subject}:pull_request", "${local.subject}:ref:refs/heads/main"]
    apply  = ["${local.subject}:environment:${var.environment}-infra"]
    deploy = ["${local.subject}:environment:${var.environment}"]
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = local.jobs

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.jobs.arn]
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

    # Only settings of GitHub keep other branches out of an environment, and one that a job names before anybody has made
    # it has none. So whoever changes anything comes from main, whatever is set there.
    dynamic "condition" {
      for_each = each.key == "plan" ? [] : ["refs/heads/main"]

      content {
        test     = "StringEqualsIfExists"
        variable = "token.actions.githubusercontent.com:ref"
        values   = [condition.value]
      }
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

# Beside what they are for, because a repository without a pipeline has neither.
# tflint-ignore: terraform_standard_module_structure
variable "repository" {
  description = "Repository on GitHub, and the numbers of it and of its owner: they stay when somebody else takes the name."
  type = object({
    owner    = string
    owner_id = number
    name     = string
    id       = number
    # GitHub writes the numbers into the subject of every repository made, renamed or transferred since 2026-07-15.
    immutable_subject = optional(bool, true)
  })
}

# tflint-ignore: terraform_standard_module_structure
variable "registry_account_id" {
  description = "Account of the registry: one for all environments."
  type        = string
}
