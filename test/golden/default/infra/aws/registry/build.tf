# build: the main branch pushes images, and nothing else of AWS is open to it.

data "aws_iam_openid_connect_provider" "jobs" {
  url = "https://token.actions.githubusercontent.com"
}

locals {
  subject = var.repository.immutable_subject ? format("repo:%s@%d/%s@%d",
    var.repository.owner, var.repository.owner_id, var.repository.name, var.repository.id,
  ) : format("repo:%s/%s", var.repository.owner, var.repository.name)
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [data.aws_iam_openid_connect_provider.jobs.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["${local.subject}:ref:refs/heads/main"]
    }

    condition {
      test     = "StringEqualsIfExists"
      variable = "token.actions.githubusercontent.com:repository_id"
      values   = [tostring(var.repository.id)]
    }
  }
}

resource "aws_iam_role" "build" {
  name                 = "${var.name}-build"
  description          = "GitHub Actions: build of ${var.service}"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
}

resource "aws_iam_role_policy" "build" {
  name   = "build"
  role   = aws_iam_role.build.id
  policy = data.aws_iam_policy_document.build.json
}

data "aws_iam_policy_document" "build" {
  statement {
    sid       = "Login"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid = "Push"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:DescribeImages",
      "ecr:DescribeImageScanFindings",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = [aws_ecr_repository.service.arn]
  }
}

# Beside what it is for, because a repository without a pipeline has neither.
# tflint-ignore: terraform_standard_module_structure
variable "repository" {
  description = "Repository on GitHub whose main branch builds the image; see infra/aws/bootstrap."
  type = object({
    owner             = string
    owner_id          = number
    name              = string
    id                = number
    immutable_subject = optional(bool, true)
  })
}
