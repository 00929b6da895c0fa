/**
 * Metrics that rules and dashboards of generated repositories ask for and that the service does not expose itself, by who
 * does. The names are contracts of these exporters, written down from what is known of them.
 */
export const exporters: Readonly<Record<string, readonly string[]>> = {
  'the client library': ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds'],
  Prometheus: ['up', 'prometheus_rule_evaluation_failures_total'],
  Alertmanager: ['alertmanager_notifications_failed_total'],
  'kube-state-metrics': [
    'kube_cronjob_created',
    'kube_cronjob_status_last_successful_time',
    'kube_deployment_spec_replicas',
    'kube_deployment_status_replicas_available',
    'kube_horizontalpodautoscaler_spec_max_replicas',
    'kube_horizontalpodautoscaler_status_desired_replicas',
    'kube_pod_container_resource_limits',
    'kube_pod_container_resource_requests',
    'kube_pod_container_status_last_terminated_reason',
    'kube_pod_container_status_restarts_total',
    'kube_pod_container_status_waiting_reason',
  ],
  kubelet: [
    'container_cpu_usage_seconds_total',
    'container_memory_working_set_bytes',
    'kubelet_volume_stats_capacity_bytes',
    'kubelet_volume_stats_used_bytes',
  ],
  'External Secrets': ['externalsecret_status_condition'],
  'blackbox exporter': ['probe_ssl_earliest_cert_expiry', 'probe_success'],
  'PostgreSQL exporter': ['pg_settings_max_connections', 'pg_stat_database_numbackends'],
};
