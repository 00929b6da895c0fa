# production as a whole: its own sizes, and how its modules are put together.
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
  mock_resource "aws_db_instance" {
    defaults = {
      resource_id        = "db-EXAMPLE"
      master_user_secret = [{ kms_key_id = "mock", secret_arn = "mock", secret_status = "active" }]
    }
  }
}

# It has tests of its own.
override_module {
  target = module.service
  outputs = {
    network         = { vpc_id = "vpc-1", data_subnet_ids = ["subnet-1", "subnet-2"], cluster_security_group_id = "sg-1" }
    key_arn         = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012"
    alarm_topic_arn = "arn:aws:sns:eu-central-1:111122223333:alarms"
    roles           = { service = "service", migrator = "migrator" }
    boundary_arn    = "arn:aws:iam::111122223333:policy/boundary"
    cluster_name    = "cluster"
  }
}

variables {
  account_id           = "111122223333"
  zones                = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  admin_principal_arns = ["arn:aws:iam::111122223333:role/admins"]
  alarm_emails         = ["ops@example.com"]
}

run "secrets_have_a_place_and_no_value_here" {
  command = plan

  assert {
    condition = alltrue([for name, secret in aws_secretsmanager_secret.stored :
      secret.name == "my-rag/production/${name}" && contains([0, 30], secret.recovery_window_in_days)
    ])
    error_message = "Every secret is found by service, environment and name."
  }
  assert {
    condition     = toset(keys(aws_secretsmanager_secret_version.generated)) == local.generated
    error_message = "Only what nobody knows is generated."
  }
  assert {
    condition     = alltrue([for one in aws_secretsmanager_secret_version.generated : one.secret_string == null])
    error_message = "A generated secret must not be in the state."
  }
}

run "another_account_is_refused" {
  command = plan
  variables {
    account_id = "<account>"
  }
  expect_failures = [var.account_id]
}
