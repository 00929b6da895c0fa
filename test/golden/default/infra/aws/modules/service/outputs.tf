output "network" {
  description = "Where a store is put, and who may reach it."
  value = {
    vpc_id                    = aws_vpc.main.id
    data_subnet_ids           = aws_subnet.data[*].id
    cluster_security_group_id = aws_eks_cluster.main.vpc_config[0].cluster_security_group_id
  }
}

output "key_arn" {
  description = "Key of everything that is encrypted."
  value       = aws_kms_key.main.arn
}

output "alarm_topic_arn" {
  description = "Where alarms go."
  value       = aws_sns_topic.alarms.arn
}

output "roles" {
  description = "Roles of the service and of its migration."
  value       = { service = module.service.role_name, migrator = module.migrator.role_name }
}

output "boundary_arn" {
  description = "Upper limit of every role of this environment."
  value       = local.boundary_arn
}

output "cluster_name" {
  description = "Name of the cluster."
  value       = aws_eks_cluster.main.name
}
