# Two steps: the controller's own role may read nothing. It may only become the role below, which reads the secrets of
# this service and environment; which namespaces may ask it to is in the cluster's secret store object.

module "external_secrets" {
  source = "../identity"

  name            = "${local.stem}-external-secrets"
  cluster_name    = aws_eks_cluster.main.name
  namespace       = "external-secrets"
  service_account = "external-secrets"
  boundary_arn    = local.boundary_arn
}

resource "aws_iam_role_policy" "external_secrets" {
  name   = "become-reader"
  role   = module.external_secrets.role_name
  policy = data.aws_iam_policy_document.external_secrets.json
}

data "aws_iam_policy_document" "external_secrets" {
  statement {
    actions   = ["sts:AssumeRole", "sts:TagSession"]
    resources = [aws_iam_role.secret_reader.arn]
  }
}

resource "aws_iam_role" "secret_reader" {
  name                 = "${local.stem}-secret-reader"
  description          = "Reads the secrets of ${local.stem}"
  assume_role_policy   = data.aws_iam_policy_document.secret_reader_trust.json
  permissions_boundary = local.boundary_arn
}

data "aws_iam_policy_document" "secret_reader_trust" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "AWS"
      identifiers = [module.external_secrets.role_arn]
    }
  }
}

resource "aws_iam_role_policy" "secret_reader" {
  name   = "read"
  role   = aws_iam_role.secret_reader.id
  policy = data.aws_iam_policy_document.secret_reader.json
}

data "aws_iam_policy_document" "secret_reader" {
  statement {
    sid       = "OurSecrets"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = ["arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${var.service}/${var.environment}/*"]
  }

  statement {
    sid       = "OurKey"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.main.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${local.region}.amazonaws.com"]
    }
  }
}

resource "aws_ssm_parameter" "secrets" {
  # checkov:skip=CKV2_AWS_34: Addresses and names, which are no secrets.
  name  = "/${var.service}/${var.environment}/handover/secrets"
  type  = "String"
  value = jsonencode({ secret_reader_arn = aws_iam_role.secret_reader.arn })
}
