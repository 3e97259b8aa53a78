import { describeLegacyPolicy } from '../../../test/kinds/legacy-policy.js';
import { trafficLogKind } from './kind.js';

describeLegacyPolicy(trafficLogKind, {
  sources: 'byService',
  destinations: 'byServiceOnly',
  judged: [
    ['a missing conf', undefined, []],
    ['any backend', { backend: 'nobody knows' }, []],
  ],
  read: [['a backend without name', { backend: '' }, {}]],
});
