# Valkey for what all instances count together. Encrypted on the way, and one user with one password, which may do what
# counting takes and nothing that belongs to an administrator.

locals {
  stem = "${var.name}-${var.environment}"
}

resource "aws_elasticache_subnet_group" "main" {
  name        = local.stem
  description = "Data subnets of ${local.stem}"
  subnet_ids  = var.network.data_subnet_ids
}

resource "aws_security_group" "main" {
  name        = "${local.stem}-valkey"
  description = "Who may reach Valkey"
  vpc_id      = var.network.vpc_id

  tags = { Name = "${local.stem}-valkey" }
}

# All pods share this group; which of them may connect is a network policy of the cluster.
resource "aws_vpc_security_group_ingress_rule" "pods" {
  security_group_id            = aws_security_group.main.id
  description                  = "Pods of the cluster"
  referenced_security_group_id = var.network.cluster_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

resource "aws_elasticache_user" "service" {
  # At most 40 characters, which is what the stem has at most.
  user_id       = local.stem
  user_name     = "service"
  engine        = "valkey"
  access_string = "on ~* &* -@all +@read +@write +@connection +@transaction +@scripting -@dangerous"

  # The same value as in the secret store, drawn while this runs: in no plan and in no state. ElastiCache would take a
  # second one beside it, but the provider has that only where the state keeps it, in the clear (its pull request 48905).
  # An AUTH token is rotated with an overlap, but it is that of a user who may do everything.
  passwords_wo         = var.password
  passwords_wo_version = var.password_version
}

# No user named default: nobody gets in without saying who they are.
resource "aws_elasticache_user_group" "main" {
  user_group_id = local.stem
  engine        = "valkey"
  user_ids      = [aws_elasticache_user.service.user_id]
}

resource "aws_elasticache_parameter_group" "main" {
  name        = local.stem
  description = "Valkey of ${local.stem}"
  family      = "valkey8"

  # Limits that were forgotten to make room would be limits no more: rather refuse to count.
  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

resource "aws_elasticache_replication_group" "main" {
  # checkov:skip=CKV2_AWS_50: On with two nodes or more; one node is the cheap form.
  replication_group_id = local.stem
  description          = "Limits of ${local.stem}"
  engine               = "valkey"
  engine_version       = "8.1"
  node_type            = var.node_type
  port                 = 6379
  parameter_group_name = aws_elasticache_parameter_group.main.name

  num_cache_clusters         = var.nodes
  automatic_failover_enabled = var.nodes > 1
  multi_az_enabled           = var.nodes > 1

  at_rest_encryption_enabled = true
  kms_key_id                 = var.key_arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.main.user_group_id]

  subnet_group_name  = aws_elasticache_subnet_group.main.name
  security_group_ids = [aws_security_group.main.id]

  auto_minor_version_upgrade = true
  maintenance_window         = "sun:03:30-sun:04:30"
  snapshot_retention_limit   = 1
  snapshot_window            = "01:00-02:00"
  notification_topic_arn     = var.alarm_topic_arn
}
