# Everything of one environment that is not a store: network, cluster, identities, secrets, names, watch.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  stem       = "${var.name}-${var.environment}"
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region

  # Made by infra/aws/bootstrap; named, not looked up.
  iam          = "arn:${local.partition}:iam::${local.account_id}"
  boundary_arn = "${local.iam}:policy/${local.stem}-boundary"
}
