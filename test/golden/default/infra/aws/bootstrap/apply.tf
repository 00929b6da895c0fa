# apply: makes and changes everything of this environment, after an approval. What it may not do is widen its own
# rights: roles it makes carry the boundary, and the roles of this folder are out of its reach.

resource "aws_iam_role_policy_attachment" "apply_services" {
  role       = aws_iam_role.ci["apply"].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/PowerUserAccess"
}

resource "aws_iam_role_policy" "apply" {
  name   = "apply"
  role   = aws_iam_role.ci["apply"].id
  policy = data.aws_iam_policy_document.apply.json
}

locals {
  workloads  = "${local.iam}:role/${local.stem}-*"
  boundary   = "${local.iam}:policy/${local.stem}-boundary"
  build_role = "${local.iam}:role/${var.name}-build"
}

data "aws_iam_policy_document" "apply" {
  # checkov:skip=CKV_AWS_356: Only reading, and only denials, are about everything.
  statement {
    sid       = "ReadRoles"
    actions   = ["iam:Get*", "iam:List*"]
    resources = ["*"]
  }

  statement {
    sid       = "MakeRolesInsideTheBoundary"
    actions   = ["iam:CreateRole", "iam:PutRolePermissionsBoundary"]
    resources = [local.workloads]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [local.boundary]
    }
  }

  statement {
    sid = "ChangeWorkloadRoles"
    actions = [
      "iam:AttachRolePolicy",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:DetachRolePolicy",
      "iam:PassRole",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ]
    resources = [local.workloads]
  }

  statement {
    sid       = "ServiceLinkedRoles"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["${local.iam}:role/aws-service-role/*"]
  }

  statement {
    sid         = "HandsOffCi"
    effect      = "Deny"
    not_actions = ["iam:Get*", "iam:List*"]
    resources   = concat(local.ci_roles, [local.build_role, local.boundary, aws_iam_openid_connect_provider.jobs.arn])
  }

  statement {
    sid       = "NobodyElse"
    effect    = "Deny"
    actions   = ["sts:AssumeRole"]
    resources = ["*"]
  }

  statement {
    sid       = "HandsOffTheBoundary"
    effect    = "Deny"
    actions   = ["iam:DeleteRolePermissionsBoundary"]
    resources = ["*"]
  }

  statement {
    sid       = "HandsOffTheStateBucket"
    effect    = "Deny"
    actions   = ["s3:DeleteBucket*", "s3:PutBucket*", "s3:DeleteObjectVersion"]
    resources = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
  }

  statement {
    sid       = "HandsOffTheStateKey"
    effect    = "Deny"
    actions   = ["kms:DisableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
    resources = [aws_kms_key.state.arn]
  }

  # Images are older than this environment and are what a rollback returns to: of them, ops/bootstrap is in charge.
  statement {
    sid         = "HandsOffTheImages"
    effect      = "Deny"
    not_actions = ["ecr:BatchCheck*", "ecr:BatchGet*", "ecr:Describe*", "ecr:Get*", "ecr:List*"]
    resources   = ["arn:${local.partition}:ecr:${var.region}:${var.registry_account_id}:repository/${var.service}"]
  }

  statement {
    sid       = "HandsOffTheKeyOfImages"
    effect    = "Deny"
    actions   = ["kms:DisableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
    resources = ["*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = ["alias/${var.name}-images"]
    }
  }
}
