resource "aws_ssm_parameter" "handover" {
  # checkov:skip=CKV2_AWS_34: Addresses and names, which are no secrets.
  name = "/${var.service}/${var.environment}/handover/postgres"
  type = "String"
  value = jsonencode({
    postgres_host       = aws_db_instance.main.address
    postgres_secret_arn = aws_db_instance.main.master_user_secret[0].secret_arn
  })
}
