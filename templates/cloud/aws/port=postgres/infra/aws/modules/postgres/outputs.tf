resource "aws_ssm_parameter" "handover" {
  name = "/${var.service}/${var.environment}/handover/postgres"
  type = "String"
  value = jsonencode({
    postgres_host       = aws_db_instance.main.address
    postgres_secret_arn = aws_db_instance.main.master_user_secret[0].secret_arn
  })
}

output "host" {
  description = "Address of the server."
  value       = aws_db_instance.main.address
}
