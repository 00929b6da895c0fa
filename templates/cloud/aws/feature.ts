import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({ label: 'Amazon Web Services' });
