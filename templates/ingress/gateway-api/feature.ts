import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'Gateway API',
  hint: 'a Gateway with TLS and routes to the service',
  uses: ['gateway-class'],
  // Where no cloud runs the gateway, it is an Envoy in the cluster itself.
  fulfils: [{ port: 'gateway-class', gives: { className: 'envoy' } }],
});
