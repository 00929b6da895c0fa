import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({ label: 'Repository' });
