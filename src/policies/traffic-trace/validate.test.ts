import { describeFlatKind } from '../../../test/kinds/flat-kind.js';
import { trafficTraceKind } from './kind.js';

const selectors = [{ match: { a: '*' } }];

describeFlatKind(trafficTraceKind, {
  judged: [
    ['missing selectors', { conf: {} }, ['selectors: must have at least one element']],
    ['a selector without tags', { selectors: [{}] }, ['selectors[0].match: must have at least one tag']],
    ['any backend', { selectors, conf: { backend: 'unknown' } }, []],
  ],
  read: [['an empty conf as it is', { selectors, conf: { backend: '' } }, { selectors, conf: {} }]],
});
