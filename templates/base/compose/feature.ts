import { defineFeature } from '../../../core/feature.ts';

// The drain is for a load balancer over several such machines, which needs time to see that readiness fails. A laptop has
// none, and nobody there wants to wait.
export default defineFeature({
  label: 'Docker Compose',
  uses: ['compute'],
  fulfils: [
    {
      port: 'compute',
      when: 'compose+local',
      gives: { drainSeconds: '0', listen: '0.0.0.0', environment: 'local' },
    },
    {
      port: 'compute',
      when: 'compose+staging',
      gives: { drainSeconds: '20', listen: '0.0.0.0', environment: 'staging' },
    },
    {
      port: 'compute',
      when: 'compose+production',
      gives: { drainSeconds: '20', listen: '0.0.0.0', environment: 'production' },
    },
  ],
});
