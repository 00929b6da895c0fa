# The controller that turns a Gateway into a load balancer. Its rights follow the project's own policy for version 3.5,
# without what this repository has no use for: Cognito, Shield, server certificates, address pools.

module "load_balancer_controller" {
  source = "../identity"

  name            = "${local.stem}-lb-controller"
  cluster_name    = aws_eks_cluster.main.name
  namespace       = "kube-system"
  service_account = "aws-load-balancer-controller"
  boundary_arn    = local.boundary_arn
}

resource "aws_iam_role_policy" "load_balancer_controller" {
  name   = "load-balancers"
  role   = module.load_balancer_controller.role_name
  policy = data.aws_iam_policy_document.load_balancer_controller.json
}

locals {
  elb      = "arn:${local.partition}:elasticloadbalancing:${local.region}:${local.account_id}"
  ec2      = "arn:${local.partition}:ec2:${local.region}:${local.account_id}"
  balancer = ["${local.elb}:targetgroup/*/*", "${local.elb}:loadbalancer/app/*/*", "${local.elb}:loadbalancer/net/*/*"]
  listener = ["${local.elb}:listener/*", "${local.elb}:listener-rule/*"]
}

data "aws_iam_policy_document" "load_balancer_controller" {
  source_policy_documents = [
    data.aws_iam_policy_document.load_balancers_read.json,
    data.aws_iam_policy_document.load_balancers_write.json,
    data.aws_iam_policy_document.security_groups.json,
  ]
}

data "aws_iam_policy_document" "load_balancers_read" {
  # checkov:skip=CKV_AWS_356: Looking knows no smaller resource.
  statement {
    sid = "Look"
    actions = [
      "acm:DescribeCertificate",
      "acm:ListCertificates",
      "ec2:DescribeAccountAttributes",
      "ec2:DescribeAddresses",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeInstances",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeTags",
      "ec2:DescribeVpcPeeringConnections",
      "ec2:DescribeVpcs",
      "ec2:GetSecurityGroupsForVpc",
      "elasticloadbalancing:Describe*",
      "wafv2:GetWebACL",
      "wafv2:GetWebACLForResource",
    ]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "load_balancers_write" {
  # Only what carries the name of this cluster: the controller writes it on everything it makes.
  statement {
    sid       = "MakeOurs"
    actions   = ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/elbv2.k8s.aws/cluster"
      values   = [local.stem]
    }
  }

  statement {
    sid = "ChangeOurs"
    actions = [
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:SetIpAddressType",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/elbv2.k8s.aws/cluster"
      values   = [local.stem]
    }
  }

  statement {
    sid       = "TagWhileMaking"
    actions   = ["elasticloadbalancing:AddTags"]
    resources = local.balancer

    condition {
      test     = "StringEquals"
      variable = "elasticloadbalancing:CreateAction"
      values   = ["CreateLoadBalancer", "CreateTargetGroup"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/elbv2.k8s.aws/cluster"
      values   = [local.stem]
    }
  }

  statement {
    sid       = "TagOurs"
    actions   = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"]
    resources = local.balancer

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/elbv2.k8s.aws/cluster"
      values   = [local.stem]
    }
  }

  # Listeners and rules carry no condition at AWS that names their load balancer.
  statement {
    sid = "Listeners"
    actions = [
      "elasticloadbalancing:AddListenerCertificates",
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateRule",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteRule",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyListenerAttributes",
      "elasticloadbalancing:ModifyRule",
      "elasticloadbalancing:RemoveListenerCertificates",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetRulePriorities",
    ]
    resources = concat(local.listener, local.balancer)
  }

  statement {
    sid       = "Targets"
    actions   = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
    resources = ["${local.elb}:targetgroup/*/*"]
  }

  statement {
    sid       = "Firewall"
    actions   = ["elasticloadbalancing:SetWebAcl", "wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"]
    resources = ["${local.elb}:loadbalancer/app/*/*", aws_wafv2_web_acl.main.arn]
  }
}
