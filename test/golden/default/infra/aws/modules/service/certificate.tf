# The zone was made by infra/aws/bootstrap, and its parent knows about it: otherwise this waits for the certificate
# until it gives up.

data "aws_route53_zone" "main" {
  name = var.host
}

resource "aws_acm_certificate" "main" {
  domain_name       = var.host
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# One name, hence one record, always a CNAME; kept for ever, it also renews the certificate.
resource "aws_route53_record" "validation" {
  zone_id         = data.aws_route53_zone.main.zone_id
  name            = one(aws_acm_certificate.main.domain_validation_options[*].resource_record_name)
  type            = "CNAME"
  records         = aws_acm_certificate.main.domain_validation_options[*].resource_record_value
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "main" {
  certificate_arn         = aws_acm_certificate.main.arn
  validation_record_fqdns = [aws_route53_record.validation.fqdn]

  timeouts {
    create = "30m"
  }
}
