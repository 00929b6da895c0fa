import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'KEDA',
  hint: 'by the requests in flight and by CPU',
  rules: [
    { noneOf: { namespace: ['keda'] }, because: 'KEDA itself has this namespace' },
    { needs: 'monitoring=prometheus', because: 'KEDA asks Prometheus how many requests are in flight' },
    { needs: 'owns-source', because: 'KEDA counts requests by a metric that our service has' },
  ],
});
