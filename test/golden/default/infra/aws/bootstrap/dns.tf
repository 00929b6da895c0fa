# The zone is made here, before everything else, because a person has to tell the parent domain about it, and no
# certificate is issued until that has happened.

resource "aws_route53_zone" "main" {
  # checkov:skip=CKV2_AWS_38: Signing needs a record in the parent domain, which may be anywhere; turn it on there first.
  # checkov:skip=CKV2_AWS_39: Questions for one public name say nothing that the firewall does not.
  name          = var.host
  comment       = "Public names of ${local.stem}"
  force_destroy = false
}

resource "aws_route53_record" "delegation" {
  for_each = var.delegations

  zone_id = aws_route53_zone.main.zone_id
  name    = "${each.key}.${var.host}"
  type    = "NS"
  ttl     = 3600
  records = each.value
}
