# deploy: finds the cluster, reads what was handed over, reads the image's signature. What it may do inside the cluster
# is written there: deploy/platform/tenant.

resource "aws_iam_role_policy" "deploy" {
  name   = "deploy"
  role   = aws_iam_role.ci["deploy"].id
  policy = data.aws_iam_policy_document.deploy.json
}

data "aws_iam_policy_document" "deploy" {
  statement {
    sid       = "FindTheCluster"
    actions   = ["eks:DescribeCluster"]
    resources = ["arn:${local.partition}:eks:${var.region}:${var.account_id}:cluster/${local.stem}"]
  }

  # AWS compares the path that is asked for, to the letter, and not what comes back: ops/ci/handover.sh asks for this one.
  statement {
    sid       = "Handover"
    actions   = ["ssm:GetParametersByPath"]
    resources = ["arn:${local.partition}:ssm:${var.region}:${var.account_id}:parameter/${var.service}/${var.environment}/handover"]
  }

  statement {
    sid       = "RegistryLogin"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  # Signatures hang on the image: listing what does (ListImageReferrers) is allowed by BatchGetImage.
  statement {
    sid = "ReadImages"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer",
    ]
    resources = ["arn:${local.partition}:ecr:${var.region}:${var.registry_account_id}:repository/${var.service}"]
  }
}
