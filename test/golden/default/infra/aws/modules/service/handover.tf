# What others need to know and only AWS can say: one parameter for each concern, read by name (ops/ci/handover.sh). The
# state is for this tool alone.

resource "aws_ssm_parameter" "network" {
  # checkov:skip=CKV2_AWS_34: Addresses and names, which are no secrets.
  name = "/${var.service}/${var.environment}/handover/network"
  type = "String"
  value = jsonencode({
    data_cidr          = local.data_cidr
    load_balancer_cidr = local.public_cidr
  })
}
