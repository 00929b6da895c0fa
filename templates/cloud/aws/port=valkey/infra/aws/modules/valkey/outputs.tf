resource "aws_ssm_parameter" "handover" {
  name  = "/${var.service}/${var.environment}/handover/valkey"
  type  = "String"
  value = jsonencode({ valkey_host = aws_elasticache_replication_group.main.primary_endpoint_address })
}

output "host" {
  description = "Address of the node that takes writes."
  value       = aws_elasticache_replication_group.main.primary_endpoint_address
}
