import { toJson } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';

import { withTestCertificates } from '../../test/envoy/test-certificates.js';
import { readXdsRecordings } from '../../test/peer/xds-recordings.js';
import { loadRegistry, parseResource } from './registry.js';
import { httpProtocolOptionsType, kafkaBrokerType, xdsTypes, type TypeUrl } from './type-urls.js';

const openTelemetryType =
  'type.googleapis.com/envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig';

describe('parseResource', () => {
  const recordings = readXdsRecordings();

  it('has recordings of every type of resource', () => {
    const seen = new Set(
      recordings.flatMap(({ xds }) =>
        Object.entries(xds)
          .filter(([, resources]) => Object.keys(resources).length > 0)
          .map(([typeUrl]) => typeUrl),
      ),
    );
    expect([...seen].sort()).toEqual(Object.values(xdsTypes).sort());
  });

  it.each(recordings)('parses all that Kuma sends: $id', ({ xds }) => {
    for (const [typeUrl, resources] of Object.entries(xds)) {
      for (const resource of Object.values(resources)) {
        const json = withTestCertificates(resource);
        const message = parseResource(typeUrl as TypeUrl, json);
        const schema = loadRegistry().getMessage(message.$typeName);
        expect(schema && toJson(schema, message, { registry: loadRegistry() })).toEqual(json);
      }
    }
  });

  it.each<{ name: string; typeUrl: TypeUrl; json: object; error: RegExp | undefined }>([
    {
      name: 'Kafka, which is a contrib extension',
      typeUrl: kafkaBrokerType,
      json: { statPrefix: 'a' },
      error: undefined,
    },
    {
      name: 'OpenTelemetry values',
      typeUrl: openTelemetryType,
      json: { body: { kvlistValue: { values: [{ key: 'a', value: { stringValue: 'b' } }] } } },
      error: undefined,
    },
    { name: 'an unknown field', typeUrl: xdsTypes.clusters, json: { nam: 'a' }, error: /key "nam" is unknown/ },
    {
      name: 'a value of another shape',
      typeUrl: xdsTypes.clusters,
      json: { connectTimeout: 5 },
      error: /cannot decode message google\.protobuf\.Duration from JSON: 5/,
    },
    {
      name: 'an unknown field in a packed message',
      typeUrl: xdsTypes.clusters,
      json: { typedExtensionProtocolOptions: { a: { '@type': httpProtocolOptionsType, nam: 'a' } } },
      error: /key "nam" is unknown/,
    },
    {
      name: 'an unknown packed type',
      typeUrl: xdsTypes.clusters,
      json: { typedExtensionProtocolOptions: { a: { '@type': 'type.googleapis.com/envoy.Nothing' } } },
      error: /envoy\.Nothing is not in the type registry/,
    },
    {
      name: 'a type without descriptor',
      typeUrl: 'type.googleapis.com/envoy.Nothing' as TypeUrl,
      json: {},
      error: /no descriptor of/,
    },
  ])('$name', ({ typeUrl, json, error }) => {
    const parse = () => parseResource(typeUrl, json);
    if (error === undefined) expect(parse).not.toThrow();
    else expect(parse).toThrow(error);
  });
});
