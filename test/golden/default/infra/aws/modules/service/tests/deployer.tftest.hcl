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

run "the_pipeline_is_in_one_group_and_no_more" {
  assert {
    condition     = aws_eks_access_entry.deployer.kubernetes_groups == toset(["my-rag-deployers"])
    error_message = "What the pipeline may do is written for this group."
  }
  assert {
    condition     = aws_eks_access_entry.deployer.principal_arn == "arn:aws:iam::111122223333:role/my-rag-production-deploy"
    error_message = "It is the role that a deployment takes."
  }
  assert {
    condition     = alltrue([for one in aws_eks_access_policy_association.admin : one.principal_arn != aws_eks_access_entry.deployer.principal_arn])
    error_message = "The pipeline has no policy of the whole cluster."
  }
}
