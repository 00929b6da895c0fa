import { defineFeature } from '../../../core/feature.ts';

// The drain is what a load balancer needs to notice that an instance leaves. `::` listens on IPv4, too: in a cluster of
// either family the probes reach the server.
export default defineFeature({
  label: 'Kubernetes',
  rules: [
    {
      when: 'kubernetes+production',
      min: { minReplicas: 2 },
      because: 'with one instance, the drain of a node is an outage',
    },
    {
      when: 'autoscaling+production',
      max: { minReplicas: 'maxReplicas' },
      because: 'the fewest instances cannot be more than the most',
    },
  ],
  seeds: ['deploy/k8s/overlays/{env}/instances.yaml'],
  fulfils: [
    {
      port: 'compute',
      when: 'kubernetes+staging',
      gives: { drainSeconds: '20', listen: '::', environment: 'staging' },
    },
    {
      port: 'compute',
      when: 'kubernetes+production',
      gives: { drainSeconds: '20', listen: '::', environment: 'production' },
    },
  ],
  gives: {
    perEnv: {
      cpuRequest: { type: 'str', staging: '100m', production: '250m' },
      // Request and limit in one: Python does not give memory back, and a node that lent it twice kills somebody.
      memory: { type: 'str', staging: '512Mi', production: '1Gi' },
      minReplicas: { type: 'int', staging: 2, production: { from: 'answer.minReplicas' } },
      maxReplicas: { type: 'int', staging: 4, production: { from: 'answer.maxReplicas' } },
    },
  },
});
