resource "aws_ssm_parameter" "gateway" {
  # checkov:skip=CKV2_AWS_34: Addresses and names, which are no secrets.
  name = "/${var.service}/${var.environment}/handover/gateway"
  type = "String"
  value = jsonencode({
    certificate_arn = aws_acm_certificate_validation.main.certificate_arn
    web_acl_arn     = aws_wafv2_web_acl.main.arn
  })
}
