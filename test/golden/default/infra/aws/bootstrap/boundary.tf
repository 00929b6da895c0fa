# What no role of a workload can ever do, whatever policy it is given: become somebody else, or change who may do what.

locals {
  iam      = "arn:${local.partition}:iam::${var.account_id}"
  ci_roles = [for role in ["apply", "deploy", "plan"] : "${local.iam}:role/${local.stem}-${role}"]
}

resource "aws_iam_policy" "boundary" {
  name        = "${local.stem}-boundary"
  description = "Upper limit of every role that the pipeline makes"
  policy      = data.aws_iam_policy_document.boundary.json
}

data "aws_iam_policy_document" "boundary" {
  # checkov:skip=CKV_AWS_107: A boundary grants nothing: it is what policies are cut down to.
  # checkov:skip=CKV_AWS_108: A boundary grants nothing: it is what policies are cut down to.
  # checkov:skip=CKV_AWS_109: A boundary grants nothing: it is what policies are cut down to.
  # checkov:skip=CKV_AWS_110: A boundary grants nothing: it is what policies are cut down to.
  # checkov:skip=CKV_AWS_111: A boundary grants nothing: it is what policies are cut down to.
  # checkov:skip=CKV_AWS_356: A boundary grants nothing: it is what policies are cut down to.
  statement {
    sid         = "Work"
    not_actions = ["account:*", "iam:*", "organizations:*", "sts:*"]
    resources   = ["*"]
  }

  statement {
    sid       = "WhoAmI"
    actions   = ["iam:GetRole", "iam:ListServerCertificates", "iam:GetServerCertificate", "sts:GetCallerIdentity"]
    resources = ["*"]
  }

  statement {
    sid       = "OnlyOurRoles"
    actions   = ["iam:PassRole", "sts:AssumeRole", "sts:TagSession"]
    resources = ["arn:${local.partition}:iam::${var.account_id}:role/${local.stem}-*"]
  }

  # The cluster makes instance profiles for its nodes, and services make the roles that are theirs by law of AWS.
  statement {
    sid = "Cluster"
    actions = [
      "iam:AddRoleToInstanceProfile",
      "iam:CreateInstanceProfile",
      "iam:CreateServiceLinkedRole",
      "iam:DeleteInstanceProfile",
      "iam:GetInstanceProfile",
      "iam:ListInstanceProfiles",
      "iam:RemoveRoleFromInstanceProfile",
      "iam:TagInstanceProfile",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "NeverCi"
    effect    = "Deny"
    actions   = ["iam:PassRole", "sts:AssumeRole"]
    resources = local.ci_roles
  }

  statement {
    sid       = "NeverTheState"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
  }
}
