import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'Rolling update',
  hint: 'new instances one by one; the old ones serve until they are ready',
});
