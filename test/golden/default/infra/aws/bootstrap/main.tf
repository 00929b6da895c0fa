locals {
  stem      = "${var.name}-${var.environment}"
  partition = data.aws_partition.current.partition
}

data "aws_partition" "current" {}
