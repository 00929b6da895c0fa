# In front of the load balancer: known bad addresses, known attacks, and too many requests of one address. API keys and
# budgets are what protects the model; this keeps noise away from them.

locals {
  # Of the common rules, the limit on bodies is only counted: a document is longer than 8 KB.
  managed_rules = {
    AWSManagedRulesAmazonIpReputationList = { priority = 10, count = [] }
    AWSManagedRulesKnownBadInputsRuleSet  = { priority = 20, count = [] }
    AWSManagedRulesCommonRuleSet          = { priority = 30, count = ["SizeRestrictions_BODY"] }
  }
}

resource "aws_wafv2_web_acl" "main" {
  # checkov:skip=CKV_AWS_192: AWSManagedRulesKnownBadInputsRuleSet is what stops it; this check does not see into the loop below.
  name        = local.stem
  description = "Requests to ${var.host}"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  # The firewall keeps samples of whole requests for its console, and redaction of its log does not reach them: a key that
  # a caller sent would be there for everybody who may look at the configuration.
  data_protection_config {
    data_protection {
      action = "SUBSTITUTION"

      field {
        field_type = "SINGLE_HEADER"
        field_keys = ["authorization", "x-api-key"]
      }
    }
  }

  rule {
    name     = "requests-per-ip"
    priority = 0

    action {
      block {}
    }

    statement {
      rate_based_statement {
        limit              = var.requests_per_ip
        aggregate_key_type = "IP"
      }
    }

    visibility_config {
      metric_name                = "requests-per-ip"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  dynamic "rule" {
    for_each = local.managed_rules

    content {
      name     = rule.key
      priority = rule.value.priority

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.key

          dynamic "rule_action_override" {
            for_each = rule.value.count

            content {
              name = rule_action_override.value

              action_to_use {
                count {}
              }
            }
          }
        }
      }

      visibility_config {
        metric_name                = rule.key
        cloudwatch_metrics_enabled = true
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    metric_name                = local.stem
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

# AWS accepts only names that begin like this.
resource "aws_cloudwatch_log_group" "firewall" {
  # checkov:skip=CKV_AWS_338: How long is a variable: for as long as somebody would look, at the price of it.
  name              = "aws-waf-logs-${local.stem}"
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.main.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "main" {
  resource_arn            = aws_wafv2_web_acl.main.arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall.arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  redacted_fields {
    single_header {
      name = "x-api-key"
    }
  }

  # What passed is in the service's own logs.
  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }

      condition {
        action_condition {
          action = "COUNT"
        }
      }
    }
  }
}
