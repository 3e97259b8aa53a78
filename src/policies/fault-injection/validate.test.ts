import { describeLegacyPolicy } from '../../../test/kinds/legacy-policy.js';
import { faultInjectionKind } from './kind.js';

const percentage = 'has to be in [0.0 - 100.0] range';
const empty = 'cannot be empty';

describeLegacyPolicy(faultInjectionKind, {
  sources: 'byTags',
  destinations: 'byProtocol',
  judged: [
    ['a missing conf', undefined, ['conf: must have at least one of the faults configured']],
    ['faults that are empty', { delay: {}, abort: {} }, ['conf: must have at least one of the faults configured']],
    ['a fault beside one that is empty', { delay: {}, abort: { percentage: 1, httpStatus: 451 } }, []],
    [
      'percentages that are missing',
      { delay: { value: '0s' }, abort: { httpStatus: 200 }, responseBandwidth: { limit: 'x50 gbpsx' } },
      [
        `conf.delay.percentage: ${empty}`,
        `conf.abort.percentage: ${empty}`,
        `conf.responseBandwidth.percentage: ${empty}`,
      ],
    ],
    [
      'what else is missing',
      { delay: { percentage: 0 }, abort: { percentage: 100 }, responseBandwidth: { percentage: 'NaN' } },
      [`conf.delay.value: ${empty}`, `conf.abort.httpStatus: ${empty}`, `conf.responseBandwidth.limit: ${empty}`],
    ],
    [
      'values that are wrong',
      {
        delay: { percentage: -0.1, value: '-1s' },
        abort: { percentage: 100.1, httpStatus: 209 },
        responseBandwidth: { percentage: 'Infinity', limit: '5 Kbps' },
      },
      [
        `conf.delay.percentage: ${percentage}`,
        `conf.abort.percentage: ${percentage}`,
        'conf.abort.httpStatus: http status code is incorrect',
        `conf.responseBandwidth.percentage: ${percentage}`,
        'conf.responseBandwidth.limit: has to be in kbps/mbps/gbps units',
      ],
    ],
    [
      'a status below the first',
      { abort: { percentage: 1, httpStatus: 99 } },
      ['conf.abort.httpStatus: http status code is incorrect'],
    ],
  ],
  read: [
    [
      'the other name, wrappers of zero and empty texts',
      { response_bandwidth: { limit: '', percentage: 0 }, delay: {} },
      { delay: {}, responseBandwidth: { percentage: 0, limit: '' } },
    ],
  ],
});
