# The service and its migration are two: only the migration may change the schema. Without further policies these roles
# may do nothing; whoever makes a store adds what it takes to log in there.

module "service" {
  source = "../identity"

  name            = "${local.stem}-service"
  cluster_name    = aws_eks_cluster.main.name
  namespace       = var.namespace
  service_account = var.service
  boundary_arn    = local.boundary_arn
}

module "migrator" {
  source = "../identity"

  name            = "${local.stem}-migrator"
  cluster_name    = aws_eks_cluster.main.name
  namespace       = var.namespace
  service_account = "${var.service}-migrate"
  boundary_arn    = local.boundary_arn
}
