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
      resource_id = "db-EXAMPLE"
      master_user_secret = [{
        kms_key_id    = "mock"
        secret_arn    = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds-mock"
        secret_status = "active"
      }]
    }
  }
}

variables {
  name            = "my-rag"
  service         = "my-rag"
  environment     = "production"
  namespace       = "my-rag"
  network         = { vpc_id = "vpc-1", data_subnet_ids = ["subnet-1", "subnet-2"], cluster_security_group_id = "sg-1" }
  roles           = { service = "my-rag-production-service", migrator = "my-rag-production-migrator" }
  cluster_name    = "my-rag-production"
  boundary_arn    = "arn:aws:iam::111122223333:policy/my-rag-production-boundary"
  key_arn         = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012"
  alarm_topic_arn = "arn:aws:sns:eu-central-1:111122223333:alarms"
  instance_class  = "db.m8g.large"
}

run "nobody_knows_a_password" {
  assert {
    condition     = aws_db_instance.main.manage_master_user_password && aws_db_instance.main.password == null
    error_message = "AWS keeps the master password, and the state does not have it."
  }
  assert {
    condition     = aws_db_instance.main.iam_database_authentication_enabled
    error_message = "The service logs in with tokens."
  }
  assert {
    condition     = one(data.aws_iam_policy_document.login["service"].statement).resources == toset(["arn:aws:rds-db:eu-central-1:111122223333:dbuser:db-EXAMPLE/service"])
    error_message = "The service may be the user service, and no other."
  }
  assert {
    condition     = one(data.aws_iam_policy_document.login["migrator"].statement).resources == toset(["arn:aws:rds-db:eu-central-1:111122223333:dbuser:db-EXAMPLE/migrator"])
    error_message = "The migration may be the user migrator, and no other."
  }
}

run "only_pods_reach_it" {
  assert {
    condition     = !aws_db_instance.main.publicly_accessible && toset(aws_db_subnet_group.main.subnet_ids) == toset(["subnet-1", "subnet-2"])
    error_message = "The database has no public address."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.pods.referenced_security_group_id == "sg-1" && aws_vpc_security_group_ingress_rule.pods.cidr_ipv4 == null
    error_message = "Pods of the cluster reach it, and no address by number."
  }
  assert {
    condition     = anytrue([for one in aws_db_parameter_group.main.parameter : one.name == "rds.force_ssl" && one.value == "1"])
    error_message = "Nothing is sent in the clear."
  }
}

run "data_is_kept" {
  assert {
    condition     = aws_db_instance.main.storage_encrypted && aws_db_instance.main.kms_key_id == var.key_arn
    error_message = "Data is encrypted with our key."
  }
  assert {
    condition     = aws_db_instance.main.deletion_protection && !aws_db_instance.main.skip_final_snapshot && !aws_db_instance.main.delete_automated_backups
    error_message = "Deleting it takes two steps and leaves a snapshot."
  }
  assert {
    condition     = aws_db_instance.main.backup_retention_period >= 7 && aws_db_instance.main.tags["backup"] == "my-rag-production"
    error_message = "It can be put back to any second, and the daily backup sees it."
  }
  assert {
    condition     = aws_db_instance.main.multi_az && aws_db_instance.main.max_allocated_storage > aws_db_instance.main.allocated_storage
    error_message = "A lost zone and a full disk are survived."
  }
}

run "too_few_backups_are_refused" {
  command = plan
  variables {
    backup_days = 1
  }
  expect_failures = [var.backup_days]
}

run "an_instance_class_is_written_like_one" {
  command = plan
  variables {
    instance_class = "t4g.medium"
  }
  expect_failures = [var.instance_class]
}
