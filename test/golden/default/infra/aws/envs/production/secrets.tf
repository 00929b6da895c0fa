# One container for each secret of production. Generated ones are filled here, by a value that exists only while this
# runs: it is in no plan and in no state. The others stay empty until somebody says them: ops/secret-set.
locals {
  stored = { for secret in local.secrets : secret.name => { generated = secret.generated }
    if contains(secret.environments, local.environment)
  }

  generated = toset([for name, secret in local.stored : name if secret.generated])

  secrets = [
    { name = "auth/api-keys", generated = false, environments = ["staging", "production"] },
    { name = "llm/embedding-api-key", generated = false, environments = ["staging", "production"] },
    { name = "llm/api-key", generated = false, environments = ["staging", "production"] },
    { name = "valkey/password", generated = true, environments = ["staging", "production"] },
  ]
}

resource "aws_secretsmanager_secret" "stored" {
  # checkov:skip=CKV2_AWS_57: People rotate keys of providers; generated ones are drawn anew by secret_version.
  for_each = local.stored

  name                    = "${local.service}/${local.environment}/${each.key}"
  description             = each.value.generated ? "Drawn at random" : "Said by a person: ops/secret-set"
  kms_key_id              = module.service.key_arn
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

ephemeral "aws_secretsmanager_random_password" "generated" {
  for_each = local.generated

  # Letters and digits only, so that it needs no quotes anywhere.
  password_length     = 48
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "generated" {
  for_each = local.generated

  secret_id                = aws_secretsmanager_secret.stored[each.key].id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.generated[each.key].random_password
  secret_string_wo_version = var.secret_version
}
