import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'Prometheus',
  hint: 'Prometheus, Alertmanager and Grafana, with rules and dashboards',
  traits: ['scrapes'],
});
