module "postgres" {
  source = "../../modules/postgres"

  name            = local.name
  service         = local.service
  environment     = local.environment
  namespace       = local.namespace
  network         = module.service.network
  roles           = module.service.roles
  cluster_name    = module.service.cluster_name
  boundary_arn    = module.service.boundary_arn
  key_arn         = module.service.key_arn
  alarm_topic_arn = module.service.alarm_topic_arn

  instance_class      = var.postgres.instance_class
  multi_az            = var.postgres.multi_az
  storage_gb          = var.postgres.storage_gb
  max_storage_gb      = var.postgres.max_storage_gb
  max_connections     = var.postgres.max_connections
  backup_days         = var.postgres.backup_days
  deletion_protection = var.deletion_protection
}

# Beside its module, because both come and go with it.
# tflint-ignore: terraform_standard_module_structure
variable "postgres" {
  description = "Size of the database; see the variables of its module."
  type = object({
    instance_class  = string
    multi_az        = bool
    storage_gb      = number
    max_storage_gb  = number
    max_connections = number
    backup_days     = number
  })
}
