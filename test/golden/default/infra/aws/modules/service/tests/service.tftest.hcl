mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mock" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:111122223333:log-group:mock" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:mock" }
  }
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/mock/mock" }
  }
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:eu-central-1:111122223333:certificate/mock"
      domain_validation_options = [{
        domain_name           = "api.example.com"
        resource_record_name  = "_mock.api.example.com."
        resource_record_type  = "CNAME"
        resource_record_value = "_mock.acm-validations.aws."
      }]
    }
  }
  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-central-1:111122223333:backup-vault:mock" }
  }
  mock_resource "aws_eks_cluster" {
    defaults = {
      vpc_config = { cluster_security_group_id = "sg-00000000000000000" }
    }
  }
}

variables {
  name                 = "my-rag"
  service              = "my-rag"
  environment          = "production"
  namespace            = "my-rag"
  host                 = "api.example.com"
  zones                = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  admin_principal_arns = ["arn:aws:iam::111122223333:role/admins"]
  alarm_emails         = ["ops@example.com"]
  budget_usd           = 1000
}

run "cluster" {
  assert {
    condition     = aws_eks_cluster.main.access_config[0].authentication_mode == "API"
    error_message = "Who may do what is in access entries, not in a ConfigMap of the cluster."
  }
  assert {
    condition     = !aws_eks_cluster.main.access_config[0].bootstrap_cluster_creator_admin_permissions
    error_message = "Creating the cluster gives no rights in it."
  }
  assert {
    condition     = one(aws_eks_cluster.main.encryption_config).resources == toset(["secrets"])
    error_message = "Secrets in the cluster are encrypted with our key."
  }
  assert {
    condition     = toset(aws_eks_cluster.main.enabled_cluster_log_types) == toset(["api", "audit", "authenticator", "controllerManager", "scheduler"])
    error_message = "The control plane writes down who did what."
  }
  assert {
    condition     = aws_eks_cluster.main.deletion_protection
    error_message = "The cluster refuses to be deleted."
  }
  assert {
    condition     = toset(aws_eks_cluster.main.vpc_config[0].subnet_ids) == toset(aws_subnet.private[*].id)
    error_message = "Nodes have no public address."
  }
  assert {
    condition     = aws_eks_cluster.main.upgrade_policy[0].support_type == "STANDARD"
    error_message = "Extended support costs six times as much."
  }
}

run "access" {
  assert {
    condition     = alltrue([for role in [aws_iam_role.cluster, aws_iam_role.node, aws_iam_role.flow, aws_iam_role.backup] : role.permissions_boundary == "arn:aws:iam::111122223333:policy/my-rag-production-boundary"])
    error_message = "Every role has the boundary, or the pipeline could not make it."
  }
}

run "readers_see_no_secret" {
  variables {
    reader_principal_arns = ["arn:aws:iam::111122223333:role/readers"]
  }
  assert {
    condition     = alltrue([for one in aws_eks_access_policy_association.reader : endswith(one.policy_arn, "/AmazonEKSViewPolicy")]) && length(aws_eks_access_policy_association.reader) == 1
    error_message = "Of the policies that only look, AmazonEKSAdminViewPolicy shows Secrets."
  }
  assert {
    condition     = toset(keys(aws_eks_access_entry.admin)) == toset(var.admin_principal_arns)
    error_message = "A reader is no administrator."
  }
}

run "network" {
  assert {
    condition     = local.data_cidr == "10.0.16.0/20" && local.public_cidr == "10.0.0.0/20"
    error_message = "Network policies name these two blocks."
  }
  assert {
    condition     = alltrue([for one in aws_subnet.public : !coalesce(one.map_public_ip_on_launch, false)])
    error_message = "Nothing gets a public address by being started."
  }
  assert {
    condition     = aws_route.internet.route_table_id == aws_route_table.public.id && alltrue([for one in aws_route.nat : one.nat_gateway_id != null])
    error_message = "Only public subnets have a way in."
  }
  assert {
    condition     = length(aws_nat_gateway.main) == 3
    error_message = "Each zone has a way out of its own."
  }
  assert {
    condition     = aws_flow_log.main.traffic_type == "ALL"
    error_message = "Refused traffic is written down, too."
  }
}

run "watch" {
  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == aws_kms_key.main.arn
    error_message = "Alarms are encrypted."
  }
  assert {
    condition     = aws_budgets_budget.month.limit_amount == "1000"
    error_message = "Somebody hears about money."
  }
  assert {
    condition     = aws_wafv2_web_acl.main.default_action[0].allow != null && length(aws_wafv2_web_acl.main.rule) == 4
    error_message = "Four rules stand in front of the load balancer."
  }
  assert {
    condition     = toset(flatten(aws_wafv2_web_acl.main.data_protection_config[*].data_protection[*][*].field[*][*].field_keys)) == toset(["authorization", "x-api-key"])
    error_message = "No sample of a request shows the key of a caller."
  }
}

run "staging_is_cheap" {
  variables {
    nat_gateways        = 1
    deletion_protection = false
    restore_testing     = false
  }
  assert {
    condition     = length(aws_nat_gateway.main) == 1 && length(aws_route.nat) == 3
    error_message = "One NAT gateway serves all zones."
  }
  assert {
    condition     = length(aws_backup_vault_lock_configuration.main) == 0 && length(aws_backup_restore_testing_plan.monthly) == 0
    error_message = "Staging may be thrown away."
  }
}

run "a_cluster_without_administrators" {
  command = plan
  variables {
    admin_principal_arns = []
  }
  expect_failures = [var.admin_principal_arns]
}

run "a_session_is_no_role" {
  command = plan
  variables {
    admin_principal_arns = ["arn:aws:sts::111122223333:assumed-role/admins/me"]
  }
  expect_failures = [var.admin_principal_arns]
}

run "an_administrator_who_only_looks" {
  command = plan
  variables {
    reader_principal_arns = ["arn:aws:iam::111122223333:role/admins"]
  }
  expect_failures = [var.reader_principal_arns]
}

run "alarms_for_nobody" {
  command = plan
  variables {
    alarm_emails = []
  }
  expect_failures = [var.alarm_emails]
}

run "a_network_without_room" {
  command = plan
  variables {
    cidr = "10.0.0.0/24"
  }
  expect_failures = [var.cidr]
}

run "two_zones" {
  command = plan
  variables {
    zones = ["eu-central-1a", "eu-central-1b"]
  }
  expect_failures = [var.zones]
}

run "a_version_nobody_checked" {
  command = plan
  variables {
    kubernetes_version = "1.29"
  }
  expect_failures = [var.kubernetes_version]
}

run "a_budget_of_nothing" {
  command = plan
  variables {
    budget_usd = 0
  }
  expect_failures = [var.budget_usd]
}
