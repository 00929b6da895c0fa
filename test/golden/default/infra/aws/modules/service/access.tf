# People whom the Kubernetes API knows: docs/runbooks/access.md. Administrators install controllers, make the namespace and
# look after an incident.
resource "aws_eks_access_entry" "admin" {
  for_each = var.admin_principal_arns

  cluster_name  = aws_eks_cluster.main.name
  principal_arn = each.key
}

resource "aws_eks_access_policy_association" "admin" {
  for_each = var.admin_principal_arns

  cluster_name  = aws_eks_cluster.main.name
  principal_arn = aws_eks_access_entry.admin[each.key].principal_arn
  policy_arn    = "arn:${local.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}

# Readers see pods, their logs, events and what is deployed, in every namespace. AmazonEKSAdminViewPolicy would show them
# Secrets, too.
resource "aws_eks_access_entry" "reader" {
  for_each = var.reader_principal_arns

  cluster_name  = aws_eks_cluster.main.name
  principal_arn = each.key
}

resource "aws_eks_access_policy_association" "reader" {
  for_each = var.reader_principal_arns

  cluster_name  = aws_eks_cluster.main.name
  principal_arn = aws_eks_access_entry.reader[each.key].principal_arn
  policy_arn    = "arn:${local.partition}:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"

  access_scope {
    type = "cluster"
  }
}
