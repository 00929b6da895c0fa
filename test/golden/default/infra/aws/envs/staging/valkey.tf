module "valkey" {
  source = "../../modules/valkey"

  name             = local.name
  service          = local.service
  environment      = local.environment
  network          = module.service.network
  key_arn          = module.service.key_arn
  alarm_topic_arn  = module.service.alarm_topic_arn
  password         = ephemeral.aws_secretsmanager_random_password.generated["valkey/password"].random_password
  password_version = var.secret_version

  node_type = var.valkey.node_type
  nodes     = var.valkey.nodes
}

# Beside its module, because both come and go with it.
# tflint-ignore: terraform_standard_module_structure
variable "valkey" {
  description = "Size of the cache; see the variables of its module."
  type        = object({ node_type = string, nodes = number })
}
