import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({ label: 'GitHub Actions', hint: 'workflows in the repository, no keys to keep' });
