output "host" {
  description = "Address of the node that takes writes."
  value       = aws_elasticache_replication_group.main.primary_endpoint_address
}
