import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'Secrets of the cluster',
  hint: 'made by a script, kept in the cluster and nowhere else',
});
