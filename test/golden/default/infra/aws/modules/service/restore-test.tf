# An untested backup is a hope. Once a month the newest one is restored beside the running stores, and thrown away.

resource "aws_backup_restore_testing_plan" "monthly" {
  count = var.restore_testing ? 1 : 0

  # No dashes: this one name of AWS takes none.
  name                = replace("${local.stem}_monthly", "-", "_")
  schedule_expression = "cron(0 6 1 * ? *)"

  recovery_point_selection {
    algorithm             = "LATEST_WITHIN_WINDOW"
    include_vaults        = [aws_backup_vault.main.arn]
    recovery_point_types  = ["SNAPSHOT"]
    selection_window_days = 7
  }
}

resource "aws_backup_restore_testing_selection" "databases" {
  count = var.restore_testing ? 1 : 0

  name                      = "databases"
  restore_testing_plan_name = aws_backup_restore_testing_plan.monthly[0].name
  protected_resource_type   = "RDS"
  protected_resource_arns   = ["*"]
  iam_role_arn              = aws_iam_role.backup.arn
  validation_window_hours   = 1
}
