import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'HorizontalPodAutoscaler',
  hint: 'by CPU; works in any cluster that measures its pods',
});
