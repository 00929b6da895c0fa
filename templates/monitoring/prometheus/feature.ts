import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'Prometheus',
  hint: 'Prometheus, Alertmanager and Grafana, with rules and dashboards',
  traits: ['scrapes'],
  rules: [
    {
      when: 'kubernetes',
      noneOf: { namespace: ['monitoring'] },
      because: 'Prometheus and what belongs to it have this namespace',
    },
  ],
  // Requests in flight are what a service that waits for a model is full of, and somebody here counts them.
  defaults: { autoscaling: { staging: 'hpa', production: 'keda' } },
});
