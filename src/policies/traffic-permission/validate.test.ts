import { describeLegacyPolicy } from '../../../test/kinds/legacy-policy.js';
import { trafficPermissionKind } from './kind.js';

describeLegacyPolicy(trafficPermissionKind, {
  sources: 'byTags',
  destinations: 'byTags',
  judged: [['a conf, of which it knows nothing', { action: 'DENY' }, []]],
  read: [],
});
