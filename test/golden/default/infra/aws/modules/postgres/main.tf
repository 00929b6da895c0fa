# PostgreSQL with its vector extension. Nobody knows a password: AWS keeps and rotates the master's, and the service logs
# in with a token that it signs for each new connection.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  stem       = "${var.name}-${var.environment}"
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
}

resource "aws_db_subnet_group" "main" {
  name        = local.stem
  description = "Data subnets of ${local.stem}"
  subnet_ids  = var.network.data_subnet_ids
}

resource "aws_security_group" "main" {
  name        = "${local.stem}-postgres"
  description = "Who may reach the database"
  vpc_id      = var.network.vpc_id

  tags = { Name = "${local.stem}-postgres" }
}

# All pods share this group; which of them may connect is a network policy of the cluster.
resource "aws_vpc_security_group_ingress_rule" "pods" {
  security_group_id            = aws_security_group.main.id
  description                  = "Pods of the cluster"
  referenced_security_group_id = var.network.cluster_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_db_parameter_group" "main" {
  name_prefix = "${local.stem}-"
  description = "PostgreSQL of ${local.stem}"
  family      = "postgres18"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name         = "max_connections"
    value        = tostring(var.max_connections)
    apply_method = "pending-reboot"
  }

  parameter {
    name         = "shared_preload_libraries"
    value        = "pg_stat_statements"
    apply_method = "pending-reboot"
  }

  # What was slow is in the log, without its parameters: they are the users' data.
  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  parameter {
    name  = "log_parameter_max_length"
    value = "0"
  }

  # A client that went away must not keep locks.
  parameter {
    name  = "idle_in_transaction_session_timeout"
    value = "60000"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "main" {
  identifier     = local.stem
  engine         = "postgres"
  engine_version = "18"
  instance_class = var.instance_class
  multi_az       = var.multi_az

  db_name  = "app"
  username = "master"
  # Kept in Secrets Manager and rotated every week by AWS. Only the job that sets the database up may read it.
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = var.key_arn
  iam_database_authentication_enabled = true

  storage_type          = "gp3"
  allocated_storage     = var.storage_gb
  max_allocated_storage = var.max_storage_gb
  storage_encrypted     = true
  kms_key_id            = var.key_arn

  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.main.id]
  publicly_accessible    = false
  # The image carries the certificates of this authority.
  ca_cert_identifier   = "rds-ca-rsa2048-g1"
  parameter_group_name = aws_db_parameter_group.main.name

  backup_retention_period   = var.backup_days
  backup_window             = "01:00-02:00"
  maintenance_window        = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = !var.deletion_protection
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = "${local.stem}-final"

  auto_minor_version_upgrade  = true
  allow_major_version_upgrade = false

  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.key_arn
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.monitoring.arn

  tags = { backup = local.stem }

  depends_on = [aws_cloudwatch_log_group.main]
}

# RDS writes here by name. Made first, so that it is encrypted and does not keep everything for ever.
resource "aws_cloudwatch_log_group" "main" {
  # checkov:skip=CKV_AWS_338: Slow statements of a year ago help nobody.
  for_each = toset(["postgresql", "upgrade"])

  name              = "/aws/rds/instance/${local.stem}/${each.key}"
  retention_in_days = 30
  kms_key_id        = var.key_arn
}
