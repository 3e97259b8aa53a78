type Values = ReadonlyMap<string, unknown>;

const https = 'apiServer.https';

/** What is wrong with values that are fine each by itself: one line for each thing. */
export function checkTogether(values: Values): readonly string[] {
  const isFalse = (path: string): boolean => values.get(path) === false;
  const isEmpty = (path: string): boolean => values.get(path) === '';
  const noApi = isFalse('apiServer.http.enabled') && isFalse(`${https}.enabled`);
  const noClient =
    values.get(`${https}.requireClientCert`) === true &&
    isEmpty(`${https}.tlsCaFile`) &&
    isEmpty('apiServer.auth.clientCertsDir');
  return [
    ...checkPair(values, 'general'),
    ...checkPair(values, https),
    ...checkPair(values, 'dpServer'),
    ...checkPair(values, 'monitoringAssignmentServer'),
    ...[https, 'dpServer', 'monitoringAssignmentServer'].flatMap((server) => checkVersions(values, server)),
    ...['apiServer.rootUrl', 'apiServer.gui.rootUrl'].flatMap((path) => checkUrl(values, path)),
    ...(noApi ? [`apiServer.http.enabled, ${https}.enabled: are both false, so that there would be no API`] : []),
    ...(noClient
      ? [
          `${https}.requireClientCert: is true, but no certificate is trusted; see ${https}.tlsCaFile and apiServer.auth.clientCertsDir`,
        ]
      : []),
  ];
}

/** What looks like a URL may still have a host that is none; what is below a host may be left out. */
function checkUrl(values: Values, path: string): readonly string[] {
  const url = String(values.get(path));
  return URL.canParse(url, 'http://localhost') ? [] : [`${path}: is ${JSON.stringify(url)}, which is no URL`];
}

function checkPair(values: Values, section: string): readonly string[] {
  const [cert, key] = [`${section}.tlsCertFile`, `${section}.tlsKeyFile`];
  const isOne = (values.get(cert) === '') !== (values.get(key) === '');
  return isOne ? [`${cert}, ${key}: only one of them is given; a certificate needs its key`] : [];
}

/** The stricter setting counts; the names of versions sort as texts. */
function checkVersions(values: Values, server: string): readonly string[] {
  const [min, max] = ['tlsMinVersion', 'tlsMaxVersion'].map((name) =>
    ['general', server].map((section) => String(values.get(`${section}.${name}`))).sort(),
  );
  const [least = '', greatest = ''] = [min?.at(-1), max?.[0]];
  return least > greatest
    ? [`${server}: no version of TLS is left: the least is ${least}, the greatest ${greatest}`]
    : [];
}
