import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'Gateway API',
  hint: 'a Gateway with TLS and routes to the service',
  uses: ['gateway-class'],
  rules: [
    {
      when: 'cloud=none',
      noneOf: { namespace: ['cert-manager', 'envoy-gateway-system'] },
      because: 'the controllers of the gateway and of its certificates have these namespaces',
    },
  ],
  // Where no cloud runs the gateway, it is an Envoy in the cluster itself.
  fulfils: [{ port: 'gateway-class', gives: { className: 'envoy' } }],
});
