# production: one account, one network, one cluster. What it consists of is in the modules; how large it is, in
# *.tfvars, which are yours.

locals {
  # Names. Others know them, too (manifests, scripts, secrets): change them together, by generating again.
  name        = "my-rag"
  service     = "my-rag"
  environment = "production"
  namespace   = "my-rag"
}

module "service" {
  source = "../../modules/service"

  name        = local.name
  service     = local.service
  environment = local.environment
  namespace   = local.namespace
  host        = var.host

  cidr                  = var.cidr
  nat_gateways          = var.nat_gateways
  interface_endpoints   = var.interface_endpoints
  zones                 = var.zones
  api_cidrs             = var.api_cidrs
  admin_principal_arns  = var.admin_principal_arns
  reader_principal_arns = var.reader_principal_arns
  requests_per_ip       = var.requests_per_ip
  alarm_emails          = var.alarm_emails
  budget_usd            = var.budget_usd
  backup_days           = var.backup_days
  backup_copy_vault_arn = var.backup_copy_vault_arn
  restore_testing       = var.restore_testing
  log_days              = var.log_days
  deletion_protection   = var.deletion_protection
}
