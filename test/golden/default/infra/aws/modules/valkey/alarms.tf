locals {
  alarms = {
    memory = {
      about     = "Four fifths of the memory are full: soon nothing can be counted any more"
      metric    = "DatabaseMemoryUsagePercentage"
      threshold = 80
    }
    cpu = {
      about     = "The one processor that Valkey works on is busy"
      metric    = "EngineCPUUtilization"
      threshold = 80
    }
  }
  watched = { for pair in setproduct(keys(local.alarms), range(var.nodes)) : "${pair[0]}-${pair[1] + 1}" => {
    alarm = local.alarms[pair[0]]
    # Nodes are numbered from 001 behind the name of their group.
    node = format("%s-%03d", local.stem, pair[1] + 1)
  } }
}

resource "aws_cloudwatch_metric_alarm" "valkey" {
  for_each = local.watched

  alarm_name          = "${local.stem}-valkey-${each.key}"
  alarm_description   = each.value.alarm.about
  namespace           = "AWS/ElastiCache"
  metric_name         = each.value.alarm.metric
  dimensions          = { CacheClusterId = each.value.node }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.alarm.threshold
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  depends_on = [aws_elasticache_replication_group.main]
}
