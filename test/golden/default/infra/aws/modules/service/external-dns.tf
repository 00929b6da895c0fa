# The controller that writes the name of the load balancer into our zone, and into no other.

module "external_dns" {
  source = "../identity"

  name            = "${local.stem}-external-dns"
  cluster_name    = aws_eks_cluster.main.name
  namespace       = "external-dns"
  service_account = "external-dns"
  boundary_arn    = local.boundary_arn
}

resource "aws_iam_role_policy" "external_dns" {
  name   = "names"
  role   = module.external_dns.role_name
  policy = data.aws_iam_policy_document.external_dns.json
}

data "aws_iam_policy_document" "external_dns" {
  # checkov:skip=CKV_AWS_356: Listing zones knows no smaller resource.
  statement {
    sid       = "Look"
    actions   = ["route53:ListHostedZones", "route53:ListTagsForResources"]
    resources = ["*"]
  }

  statement {
    sid       = "OurZone"
    actions   = ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:ListTagsForResource"]
    resources = ["arn:${local.partition}:route53:::hostedzone/${data.aws_route53_zone.main.zone_id}"]
  }
}
