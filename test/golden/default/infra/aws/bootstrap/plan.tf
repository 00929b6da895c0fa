# plan: anybody who can open a pull request inside the repository can run as this role. It sees how things are
# configured, and no data: no secret, no object, no log line, no parameter, no request.

locals {
  handover = "arn:${local.partition}:ssm:*:${var.account_id}:parameter/${var.service}/${var.environment}/handover"
}

resource "aws_iam_role_policy_attachment" "plan_reads" {
  role       = aws_iam_role.ci["plan"].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role_policy" "plan" {
  name   = "plan"
  role   = aws_iam_role.ci["plan"].id
  policy = data.aws_iam_policy_document.plan.json
}

data "aws_iam_policy_document" "plan" {
  statement {
    sid       = "State"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
  }

  # The state is encrypted with this key, and so is the plan that a later job applies.
  statement {
    sid       = "StateKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"]
    resources = [aws_kms_key.state.arn]
  }

  # A generated password is drawn while planning, and thrown away.
  statement {
    sid       = "DrawPasswords"
    actions   = ["secretsmanager:GetRandomPassword"]
    resources = ["*"]
  }

  statement {
    sid    = "NoData"
    effect = "Deny"
    actions = [
      "athena:GetQueryResults*",
      "cloudtrail:LookupEvents",
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:GetRecords",
      "dynamodb:PartiQLSelect",
      "dynamodb:Query",
      "dynamodb:Scan",
      "ec2:GetConsoleOutput",
      "ec2:GetConsoleScreenshot",
      "logs:FilterLogEvents",
      "logs:GetLogEvents",
      "logs:GetLogObject",
      "logs:GetLogRecord",
      "logs:GetQueryResults",
      "logs:StartLiveTail",
      "logs:StartQuery",
      "pi:*",
      "rds:DownloadCompleteDBLogFile",
      "rds:DownloadDBLogFilePortion",
      "secretsmanager:BatchGetSecretValue",
      "secretsmanager:GetSecretValue",
      "sqs:ReceiveMessage",
      "ssm:GetCommandInvocation",
      # Whole requests, with the key of the caller in their headers.
      "wafv2:GetSampledRequests",
    ]
    resources = ["*"]
  }

  statement {
    sid           = "NoObjectsButTheState"
    effect        = "Deny"
    actions       = ["s3:GetObject*"]
    not_resources = ["${aws_s3_bucket.state.arn}/*"]
  }

  statement {
    sid           = "NoParametersButTheHandover"
    effect        = "Deny"
    actions       = ["ssm:GetParameter*"]
    not_resources = [local.handover, "${local.handover}/*"]
  }
}
