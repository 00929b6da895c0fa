# EKS Auto Mode: AWS runs and replaces the nodes, their network, their storage driver, DNS and the agent that gives pods
# their roles. The API is public, because hosted CI runners have no stable address; without an IAM identity that is
# listed in access*.tf, it answers nothing.

resource "aws_eks_cluster" "main" {
  # checkov:skip=CKV_AWS_38: Hosted CI runners have no stable address; api_cidrs narrows it.
  # checkov:skip=CKV_AWS_39: As above: IAM and access entries are what protects the API.
  # checkov:skip=CKV_AWS_339: The list inside this check ends before the versions that EKS supports today.
  name     = local.stem
  version  = var.kubernetes_version
  role_arn = aws_iam_role.cluster.arn

  deletion_protection           = var.deletion_protection
  bootstrap_self_managed_addons = false
  enabled_cluster_log_types     = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  access_config {
    authentication_mode = "API"
    # Whoever happens to create the cluster gets nothing by that.
    bootstrap_cluster_creator_admin_permissions = false
  }

  # Compute, load balancing and storage of Auto Mode are on or off together. Load balancers are nevertheless made by a
  # controller of our own, for classes that Auto Mode does not serve: docs/cloud.md.
  compute_config {
    enabled       = true
    node_pools    = ["general-purpose", "system"]
    node_role_arn = aws_iam_role.node.arn
  }

  kubernetes_network_config {
    ip_family = "ipv4"

    elastic_load_balancing {
      enabled = true
    }
  }

  storage_config {
    block_storage {
      enabled = true
    }
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = aws_kms_key.main.arn
    }
  }

  # An old version is upgraded, not paid for: extended support costs six times as much.
  upgrade_policy {
    support_type = "STANDARD"
  }

  zonal_shift_config {
    enabled = true
  }

  vpc_config {
    subnet_ids              = aws_subnet.private[*].id
    endpoint_private_access = true
    endpoint_public_access  = true
    public_access_cidrs     = var.api_cidrs
  }

  depends_on = [
    aws_cloudwatch_log_group.cluster,
    aws_iam_role_policy_attachment.cluster,
    aws_iam_role_policy_attachment.node,
    aws_route.nat,
    aws_route_table_association.private,
  ]
}

# EKS writes here by name. Made first, so that it is encrypted and does not keep everything for ever.
resource "aws_cloudwatch_log_group" "cluster" {
  # checkov:skip=CKV_AWS_338: How long is a variable: for as long as somebody would look, at the price of it.
  name              = "/aws/eks/${local.stem}/cluster"
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.main.arn
}

# The autoscaler reads processor load from it.
resource "aws_eks_addon" "metrics_server" {
  cluster_name                = aws_eks_cluster.main.name
  addon_name                  = "metrics-server"
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}
