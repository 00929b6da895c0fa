module "valkey" {
  source = "../../modules/valkey"

  name             = local.name
  service          = local.service
  environment      = local.environment
  network          = module.service.network
  key_arn          = module.service.key_arn
  alarm_topic_arn  = module.service.alarm_topic_arn
  password         = module.service.generated["valkey/password"]
  password_version = var.secret_version

  node_type = var.valkey.node_type
  nodes     = var.valkey.nodes
}

variable "valkey" {
  description = "Size of the cache; see the variables of its module."
  type        = object({ node_type = string, nodes = number })
}
