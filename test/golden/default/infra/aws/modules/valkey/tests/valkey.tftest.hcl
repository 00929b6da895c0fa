mock_provider "aws" {}

variables {
  name             = "my-rag"
  service          = "my-rag"
  environment      = "production"
  network          = { vpc_id = "vpc-1", data_subnet_ids = ["subnet-1", "subnet-2"], cluster_security_group_id = "sg-1" }
  key_arn          = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012"
  alarm_topic_arn  = "arn:aws:sns:eu-central-1:111122223333:alarms"
  password         = "only-for-this-test-0123456789"
  password_version = 1
  node_type        = "cache.t4g.small"
}

run "nobody_listens_and_nobody_guesses" {
  assert {
    condition     = aws_elasticache_replication_group.main.transit_encryption_enabled && aws_elasticache_replication_group.main.transit_encryption_mode == "required"
    error_message = "Nothing is sent in the clear."
  }
  assert {
    condition     = tobool(aws_elasticache_replication_group.main.at_rest_encryption_enabled) && aws_elasticache_replication_group.main.kms_key_id == var.key_arn
    error_message = "Data is encrypted with our key."
  }
  assert {
    condition     = aws_elasticache_user_group.main.user_ids == toset(["my-rag-production"]) && aws_elasticache_user.service.user_name != "default"
    error_message = "One user, and none without a name."
  }
  assert {
    condition     = strcontains(aws_elasticache_user.service.access_string, "-@all") && endswith(aws_elasticache_user.service.access_string, "-@dangerous")
    error_message = "The user counts, and administers nothing."
  }
  assert {
    condition     = aws_elasticache_user.service.passwords == null && !coalesce(aws_elasticache_user.service.no_password_required, false)
    error_message = "A password there is, and not in the state."
  }
}

run "only_pods_reach_it" {
  assert {
    condition     = aws_vpc_security_group_ingress_rule.pods.referenced_security_group_id == "sg-1" && aws_vpc_security_group_ingress_rule.pods.cidr_ipv4 == null
    error_message = "Pods of the cluster reach it, and no address by number."
  }
}

run "a_lost_node_is_survived" {
  assert {
    condition     = aws_elasticache_replication_group.main.automatic_failover_enabled && aws_elasticache_replication_group.main.multi_az_enabled
    error_message = "Another zone takes over."
  }
}

run "one_node_is_the_cheap_form" {
  variables {
    nodes = 1
  }
  assert {
    condition     = !aws_elasticache_replication_group.main.automatic_failover_enabled && length(aws_cloudwatch_metric_alarm.valkey) == 2
    error_message = "One node has nobody to take over."
  }
}

run "limits_are_not_forgotten_to_make_room" {
  assert {
    condition     = anytrue([for one in aws_elasticache_parameter_group.main.parameter : one.name == "maxmemory-policy" && one.value == "noeviction"])
    error_message = "A limit that is evicted is no limit."
  }
}
