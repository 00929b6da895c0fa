locals {
  # Each with the number that calls for somebody, and for how many periods of five minutes.
  alarms = {
    storage = {
      about     = "Less free storage than a fifth of what the server began with; it grows by itself, but only up to ${var.max_storage_gb} GB"
      metric    = "FreeStorageSpace"
      operator  = "LessThanThreshold"
      threshold = var.storage_gb * 1073741824 / 5
      periods   = 2
    }
    connections = {
      about     = "Four fifths of the connections are in use: fewer instances, smaller pools, or a larger server"
      metric    = "DatabaseConnections"
      operator  = "GreaterThanThreshold"
      threshold = var.max_connections * 4 / 5
      periods   = 2
    }
    cpu = {
      about     = "The server has been busy for half an hour"
      metric    = "CPUUtilization"
      operator  = "GreaterThanThreshold"
      threshold = 90
      periods   = 6
    }
    memory = {
      about     = "Less than 200 MB of memory are free: the vector index no longer fits"
      metric    = "FreeableMemory"
      operator  = "LessThanThreshold"
      threshold = 209715200
      periods   = 3
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "database" {
  for_each = local.alarms

  alarm_name          = "${local.stem}-postgres-${each.key}"
  alarm_description   = each.value.about
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = { DBInstanceIdentifier = aws_db_instance.main.identifier }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  # A server that says nothing is down, and that is worth an alarm, too.
  treat_missing_data = "breaching"
  alarm_actions      = [var.alarm_topic_arn]
  ok_actions         = [var.alarm_topic_arn]
}

# Failovers, failed backups, full storage: what RDS itself finds worth saying.
resource "aws_db_event_subscription" "main" {
  name             = local.stem
  sns_topic        = var.alarm_topic_arn
  source_type      = "db-instance"
  source_ids       = [aws_db_instance.main.identifier]
  event_categories = ["availability", "failover", "failure", "low storage", "recovery"]
}
