# Daily copies of everything that carries the tag backup = <this environment>, kept apart from the stores themselves:
# whoever deletes a database does not delete these.

resource "aws_backup_vault" "main" {
  name        = local.stem
  kms_key_arn = aws_kms_key.main.arn
}

# Governance mode: nothing in the vault is deleted before its time, unless an administrator lifts this first.
resource "aws_backup_vault_lock_configuration" "main" {
  count = var.deletion_protection ? 1 : 0

  backup_vault_name  = aws_backup_vault.main.name
  min_retention_days = 7
}

resource "aws_backup_plan" "daily" {
  name = local.stem

  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.main.name
    schedule          = "cron(0 3 * * ? *)"
    start_window      = 60
    completion_window = 360

    lifecycle {
      delete_after = var.backup_days
    }

    dynamic "copy_action" {
      for_each = var.backup_copy_vault_arn[*]

      content {
        destination_vault_arn = copy_action.value

        lifecycle {
          delete_after = var.backup_days
        }
      }
    }
  }
}

resource "aws_backup_selection" "tagged" {
  name         = local.stem
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = aws_iam_role.backup.arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup"
    value = local.stem
  }
}

resource "aws_backup_vault_notifications" "main" {
  backup_vault_name   = aws_backup_vault.main.name
  sns_topic_arn       = aws_sns_topic.alarms.arn
  backup_vault_events = ["BACKUP_JOB_FAILED", "COPY_JOB_FAILED", "RESTORE_JOB_COMPLETED"]
}

resource "aws_iam_role" "backup" {
  name                 = "${local.stem}-backup"
  description          = "Makes and restores backups of ${local.stem}"
  assume_role_policy   = data.aws_iam_policy_document.backup_trust.json
  permissions_boundary = local.boundary_arn
}

data "aws_iam_policy_document" "backup_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["backup.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_role_policy_attachment" "backup" {
  for_each = toset(["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"])

  role       = aws_iam_role.backup.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/${each.key}"
}
