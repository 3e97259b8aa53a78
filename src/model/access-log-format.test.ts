import { describe, expect, it } from 'vitest';

import { findFormatError } from './access-log-format.js';

describe('findFormatError', () => {
  it.each(
    [
      '',
      'plain text',
      '[%START_TIME%] %KUMA_MESH% %REQ(X-A?X-B):8% <&>',
      '%REQ()%',
      '%RESP(a)%%TRAILER(?)%',
      '%DYNAMIC_METADATA(a:b:c):3%',
      '%DYNAMIC_METADATA()%',
      '%FILTER_STATE(a):1%',
      '%START_TIME(%Y)%',
      '%START_TIME(a):5%',
      '%START_TIME(%10n)%',
      '%NOPE%',
      '%REQ(a):00000000000000000000005%',
      '%REQ(a):9223372036854775807%',
    ].map((format) => ({ format })),
  )('takes $format', ({ format }) => {
    expect(findFormatError(format)).toBeUndefined();
  });

  it.each([
    { format: '%%', error: 'expected a command operator to start at position 1, instead got: "%%"' },
    { format: '%A% %', error: 'expected a command operator to start at position 5, instead got: "%"' },
    {
      format: 'ä%nope%\u0001',
      error: 'expected a command operator to start at position 3, instead got: "%nope%\\x01"',
    },
    { format: '%REQ(a):%', error: 'expected a command operator to start at position 1, instead got: "%REQ(a):%"' },
    ...['REQ', 'RESP', 'TRAILER'].map((name) => ({
      format: `%${name}:5%`,
      error: `command "%${name}(X?Y):Z%" requires a header and optional alternative header names as its arguments, instead got "%${name}:5%"`,
    })),
    { format: '%REQ(a?b?c\n)%', error: 'more than 1 alternative header specified in "%REQ(a?b?c\\n)%"' },
    { format: '%REQ(a?b\u0000)%', error: 'header name contains a newline in "%REQ(a?b\\x00)%"' },
    { format: '%REQ(a\r)%', error: 'header name contains a newline in "%REQ(a\\r)%"' },
    {
      format: '%REQ(a):9223372036854775808%',
      error: 'length must be an integer, instead got "9223372036854775808" in "%REQ(a):9223372036854775808%"',
    },
    {
      format: '%DYNAMIC_METADATA:3%',
      error:
        'command "%DYNAMIC_METADATA(NAMESPACE:KEY*):Z%" requires a filter namespace and optional path as its arguments, instead got "%DYNAMIC_METADATA:3%"',
    },
    {
      format: '%DYNAMIC_METADATA:99999999999999999999%',
      error:
        'length must be an integer, instead got "99999999999999999999" in "%DYNAMIC_METADATA:99999999999999999999%"',
    },
    {
      format: '%FILTER_STATE()%',
      error: 'command "%FILTER_STATE(KEY):Z%" requires a key as its argument, instead got "%FILTER_STATE()%"',
    },
    {
      format: '%START_TIME(%-_0^#99n)%',
      error: 'start time format string contains a newline in "%START_TIME(%-_0^#99n)%"',
    },
    {
      format: '%PROTOCOL()%',
      error: 'command "%PROTOCOL%" doesn\'t support arguments or max length constraint, instead got "%PROTOCOL()%"',
    },
    {
      format: '%NOPE:5%',
      error: 'command "%NOPE%" doesn\'t support arguments or max length constraint, instead got "%NOPE:5%"',
    },
  ])('refuses $format', ({ format, error }) => {
    expect(findFormatError(format)).toBe(`format string is not valid: ${error}`);
  });

  it.each(['%REQ(', '%A% ', '%START_TIME(%-%-'].map((piece) => ({ piece })))(
    'takes linear time for many of $piece',
    ({ piece }) => {
      const start = performance.now();
      findFormatError(`${piece.repeat(200_000)})%`);
      expect(performance.now() - start).toBeLessThan(2_000);
    },
  );
});
