import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'External Secrets',
  hint: 'kept in a store outside the cluster and copied into it',
  traits: ['syncs-secrets'],
  uses: ['secret-store'],
  rules: [
    { noneOf: { namespace: ['external-secrets'] }, because: 'the controller that copies secrets has this namespace' },
  ],
});
