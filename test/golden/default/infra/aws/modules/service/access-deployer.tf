# The pipeline is only a member of a group; what that group may do in one namespace is written in deploy/platform/tenant,
# where it is reviewed with the manifests.
resource "aws_eks_access_entry" "deployer" {
  cluster_name      = aws_eks_cluster.main.name
  principal_arn     = "${local.iam}:role/${local.stem}-deploy"
  kubernetes_groups = ["${var.service}-deployers"]
}
