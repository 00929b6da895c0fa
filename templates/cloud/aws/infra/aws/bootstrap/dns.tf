# The zone is made here, before everything else, because a person has to tell the parent domain about it, and no
# certificate is issued until that has happened.

resource "aws_route53_zone" "main" {
  name          = var.host
  comment       = "Public names of ${local.stem}"
  force_destroy = false

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_route53_record" "delegation" {
  for_each = var.delegations

  zone_id = aws_route53_zone.main.zone_id
  name    = "${each.key}.${var.host}"
  type    = "NS"
  ttl     = 3600
  records = each.value
}
