resource "aws_ssm_parameter" "handover" {
  # checkov:skip=CKV2_AWS_34: Addresses and names, which are no secrets.
  name  = "/${var.service}/${var.environment}/handover/valkey"
  type  = "String"
  value = jsonencode({ valkey_host = aws_elasticache_replication_group.main.primary_endpoint_address })
}
