# Who may log in as whom. A token is good for one database user only, and the user must exist: ops/database-bootstrap.sh.

locals {
  logins = "arn:${local.partition}:rds-db:${local.region}:${local.account_id}:dbuser:${aws_db_instance.main.resource_id}"
}

data "aws_iam_policy_document" "login" {
  for_each = var.roles

  statement {
    actions   = ["rds-db:connect"]
    resources = ["${local.logins}/${each.key}"]
  }
}

resource "aws_iam_role_policy" "login" {
  for_each = var.roles

  name   = "database"
  role   = each.value
  policy = data.aws_iam_policy_document.login[each.key].json
}

# The job that makes the users. In a namespace of its own: whoever may make pods beside the service must not be able to
# take this identity.
module "bootstrap" {
  source = "../identity"

  name            = "${local.stem}-database"
  cluster_name    = var.cluster_name
  namespace       = "${var.namespace}-database"
  service_account = "database-bootstrap"
  boundary_arn    = var.boundary_arn
}

resource "aws_iam_role_policy" "bootstrap" {
  name   = "master"
  role   = module.bootstrap.role_name
  policy = data.aws_iam_policy_document.bootstrap.json
}

data "aws_iam_policy_document" "bootstrap" {
  statement {
    sid       = "MasterPassword"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_db_instance.main.master_user_secret[0].secret_arn]
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${local.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "monitoring" {
  name                 = "${local.stem}-rds-monitoring"
  description          = "Operating system metrics of the database server"
  assume_role_policy   = data.aws_iam_policy_document.monitoring_trust.json
  permissions_boundary = var.boundary_arn
}

data "aws_iam_policy_document" "monitoring_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
