# One container for each secret. Generated ones are filled here, by a value that exists only while this runs: it is in no
# plan and in no state. The others stay empty until somebody says them: ops/secret-set.

resource "aws_secretsmanager_secret" "stored" {
  for_each = var.stored

  name                    = "${var.service}/${var.environment}/${each.key}"
  description             = each.value.generated ? "Drawn at random" : "Said by a person: ops/secret-set"
  kms_key_id              = aws_kms_key.main.arn
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

locals {
  generated = toset([for name, secret in var.stored : name if secret.generated])
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
