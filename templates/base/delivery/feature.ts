import { defineFeature } from '../../../core/feature.ts';

// Where the clusters and the registry are is for its owner to say. A cloud's own set-up writes these files instead.
export default defineFeature({ label: 'Delivery', seeds: ['ops/ci/identity/'] });
