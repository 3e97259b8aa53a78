import { describe, expect, it } from 'vitest';

import { capturesOf, fillLogFormat } from './access-log.js';

const connections = { sourceService: 'web', destinationService: 'backend', direction: 'OUTBOUND' } as const;
const fill = (format: string, address = '10.0.0.1') => fillLogFormat(format, { mesh: 'demo', address }, connections);

describe('fillLogFormat', () => {
  it.each([
    [
      'replaces what is known of the connection',
      '%KUMA_MESH% %KUMA_SOURCE_SERVICE%>%KUMA_DESTINATION_SERVICE% %KUMA_TRAFFIC_DIRECTION%',
      'demo web>backend OUTBOUND',
    ],
    [
      'gives the address with a port that nobody knows, and without',
      '%KUMA_SOURCE_ADDRESS% %KUMA_SOURCE_ADDRESS_WITHOUT_PORT%',
      '10.0.0.1:0 10.0.0.1',
    ],
    ['leaves out placeholders that Kuma does not have', 'a%KUMA_NONE%b', 'ab'],
    ['writes headers in lower case', '%REQ(X-A?:PATH)%%RESP(B)%%TRAILER(C)%', '%REQ(x-a?:path)%%RESP(b)%%TRAILER(c)%'],
    ['leaves out headers that are missing', '%REQ()%%REQ(?)%%REQ(?A)%%REQ(A?)%', '%REQ()%%REQ()%%REQ(?a)%%REQ(a)%'],
    [
      'writes limits without leading zeros, and none of zero',
      '%REQ(A):010%%FILTER_STATE(K):3%%DYNAMIC_METADATA(A:B):0%',
      '%REQ(a):10%%FILTER_STATE(K):3%%DYNAMIC_METADATA(A:B)%',
    ],
    [
      'leaves the form of the time, without a limit',
      '%START_TIME(%Y)%%START_TIME()%%START_TIME(%Y):5%',
      '%START_TIME(%Y)%%START_TIME%%START_TIME(%Y)%',
    ],
    ['leaves other operators and texts', 'Took %DURATION%ms %GRPC_STATUS%\n', 'Took %DURATION%ms %GRPC_STATUS%\n'],
  ])('%s', (_name, format, filled) => {
    expect(fill(format)).toBe(filled);
  });

  it('puts an IPv6 address with a port into brackets', () => {
    expect(fill('%KUMA_SOURCE_ADDRESS%', 'fd00::1')).toBe('[fd00::1]:0');
  });
  it('gives nothing for a format that Envoy would refuse', () => {
    expect(fill('100%')).toBeUndefined();
  });
});

describe('capturesOf', () => {
  it('names each header and state once, and none that Envoy sends anyway', () => {
    expect(
      capturesOf('%REQ(B?A)%%REQ(:path?A)%%REQ()%%RESP(R?S)%%TRAILER(T)%%FILTER_STATE(K):1%%FILTER_STATE(K)%'),
    ).toEqual({
      requestHeaders: ['b', 'a'],
      responseHeaders: ['r', 's'],
      responseTrailers: ['t'],
      filterStates: ['K'],
    });
  });
});
