import { defineFeature } from '../../../core/feature.ts';

export default defineFeature({
  label: 'API keys',
  hint: 'a key for each caller, of which only a digest is stored',
  uses: ['api-key'],
  fulfils: [{ port: 'api-key', gives: { keys: { stored: 'auth/api-keys' } } }],
  gives: {
    settings: [
      {
        name: 'API_KEYS',
        type: 'str',
        default: '',
        help: 'Who may call: name:sha256hex, separated by commas; `python -m app new-key NAME` makes one',
        secret: true,
        from: 'api-key.keys',
      },
    ],
  },
});
