import { splitHostPort } from '../../lib/host-port.js';
import { checkDataSource } from '../../model/data-source.js';
import { requireText } from '../../model/field-rules.js';
import { isDnsName, isIpAddress } from '../../model/net.js';
import { checkPort, checkProtocolTag, checkTags } from '../../model/tag-rules.js';
import type { Violation } from '../../model/violation.js';
import type { ExternalService } from './schema.js';

type Tls = NonNullable<NonNullable<ExternalService['networking']>['tls']>;

/** The semantic pass of an ExternalService: every violation, in Kuma's order. */
export const validateExternalService = ({ networking, tags }: ExternalService): Violation[] => [
  ...(networking === undefined
    ? [{ field: 'networking', message: 'should have networking' }]
    : [
        ...checkAddress('networking.address', networking.address ?? ''),
        ...checkTls('networking.tls', networking.tls ?? {}),
      ]),
  ...checkProtocolTag('tags', tags),
  ...checkTags('tags', tags, { values: 'tags', serviceRequired: true }),
];

/** An address that cannot be split has an empty host and an empty port, which are wrong too (Kuma 2.5). */
function checkAddress(field: string, address: string): Violation[] {
  if (address === '') return [{ field, message: "address can't be empty" }];
  const parts = splitHostPort(address);
  const { host, port } = parts ?? { host: '', port: '' };
  const isNumber = /^[0-9]+$/.test(port) && Number(port) < 2 ** 32;
  return [
    ...(parts === undefined ? [{ field, message: 'unable to parse address' }] : []),
    ...(isIpAddress(host) || isDnsName(host)
      ? []
      : [{ field, message: 'address has to be a valid IP address or a domain name' }]),
    ...(isNumber ? [] : [{ field, message: 'unable to parse port in address' }]),
    ...checkPort(field, isNumber ? Number(port) : undefined),
  ];
}

const checkTls = (path: string, { serverName, caCert, clientCert, clientKey }: Tls): Violation[] => [
  ...(serverName === undefined ? [] : requireText(`${path}.serverName`, serverName)),
  ...checkDataSource(`${path}.caCert`, caCert),
  ...checkDataSource(`${path}.clientCert`, clientCert),
  ...checkDataSource(`${path}.clientKey`, clientKey),
];
