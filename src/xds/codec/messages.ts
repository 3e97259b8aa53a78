import { fromBinary, type Message } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

import { loadRegistry } from '../../envoy/registry.js';
import { xdsTypes, type XdsSection } from '../../envoy/type-urls.js';
import type { Response } from '../protocol.js';
import type { DeltaRequest, SotwRequest } from '../subscribe.js';

/** What Envoy tells of itself: the parts that anybody looks at. */
export interface EnvoyNode {
  readonly id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Names of what it was built with; empty = it does not say. */
  readonly extensions: readonly string[];
}

/** A request, and the node that its first one must name. */
export interface Received<Request> {
  readonly node: EnvoyNode | undefined;
  readonly typeUrl: string;
  /** Undefined for a type that this server does not have. */
  readonly request: Request | undefined;
}

const sectionOf: ReadonlyMap<string, XdsSection> = new Map(
  (Object.entries(xdsTypes) as readonly (readonly [XdsSection, string])[]).map(([section, url]) => [url, section]),
);

/** The fields of a request, as far as anybody looks at them; both messages have most in common, at other numbers. */
interface Fields {
  node: EnvoyNode | undefined;
  typeUrl: string;
  version: string;
  nonce: string;
  error: string | undefined;
  readonly names: string[];
  readonly unsubscribe: string[];
  readonly initialVersions: Map<string, string>;
}

/** Field numbers of a DiscoveryRequest. */
const sotwFields: Readonly<Record<number, keyof Fields>> = {
  1: 'version',
  2: 'node',
  3: 'names',
  4: 'typeUrl',
  5: 'nonce',
  6: 'error',
};

/** Field numbers of a DeltaDiscoveryRequest. */
const deltaFields: Readonly<Record<number, keyof Fields>> = {
  1: 'node',
  2: 'typeUrl',
  3: 'names',
  4: 'unsubscribe',
  5: 'initialVersions',
  6: 'nonce',
  7: 'error',
};

/** Reads a DiscoveryRequest. Throws for bytes that are none. */
export function readSotwRequest(bytes: Uint8Array): Received<SotwRequest> {
  const fields = readFields(bytes, sotwFields);
  const { names, version } = fields;
  return receive(fields, (section) => ({ section, names, version, ...answerOf(fields) }));
}

/** Reads a DeltaDiscoveryRequest. Throws for bytes that are none. */
export function readDeltaRequest(bytes: Uint8Array): Received<DeltaRequest> {
  const fields = readFields(bytes, deltaFields);
  const { names: subscribe, unsubscribe, initialVersions } = fields;
  return receive(fields, (section) => ({ section, subscribe, unsubscribe, initialVersions, ...answerOf(fields) }));
}

function receive<Request>({ node, typeUrl }: Fields, read: (section: XdsSection) => Request): Received<Request> {
  const section = sectionOf.get(typeUrl);
  return { node, typeUrl, request: section && read(section) };
}

const answerOf = ({ nonce, error }: Fields) => ({ nonce, ...(error === undefined ? {} : { error }) });

/** Requests are many and small, and mostly acknowledge: reading them by descriptors takes ten times as long. */
function readFields(bytes: Uint8Array, numbers: Readonly<Record<number, keyof Fields>>): Fields {
  const fields: Fields = {
    node: undefined,
    typeUrl: '',
    version: '',
    nonce: '',
    error: undefined,
    names: [],
    unsubscribe: [],
    initialVersions: new Map(),
  };
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = wireType === WireType.LengthDelimited ? numbers[number] : undefined;
    if (field === undefined) reader.skip(wireType, number);
    else readField(reader, field, fields);
  }
  return fields;
}

function readField(reader: BinaryReader, field: keyof Fields, fields: Fields): void {
  switch (field) {
    case 'typeUrl':
    case 'version':
    case 'nonce':
      fields[field] = reader.string();
      return;
    case 'names':
    case 'unsubscribe':
      fields[field].push(reader.string());
      return;
    case 'initialVersions': {
      const [name = '', version = ''] = readTexts(reader.bytes(), [1, 2]);
      fields.initialVersions.set(name, version);
      return;
    }
    case 'error':
      // the message of a google.rpc.Status
      fields.error = readTexts(reader.bytes(), [2])[0] ?? '';
      return;
    case 'node':
      fields.node = readNode(reader.bytes());
  }
}

/** The texts in these fields of a message. */
function readTexts(bytes: Uint8Array, numbers: readonly number[]): readonly (string | undefined)[] {
  const texts = new Map<number, string>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (numbers.includes(number) && wireType === WireType.LengthDelimited) texts.set(number, reader.string());
    else reader.skip(wireType, number);
  }
  return numbers.map((number) => texts.get(number));
}

interface NodeFields {
  readonly id: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly extensions: readonly { readonly name: string }[];
}

function readNode(bytes: Uint8Array): EnvoyNode {
  const schema = loadRegistry().getMessage('envoy.config.core.v3.Node');
  if (schema === undefined) throw new Error('no descriptor of the node');
  const { id, metadata, extensions } = fromBinary(schema, bytes, { readUnknownFields: false }) as Message & NodeFields;
  return { id, metadata: metadata ?? {}, extensions: extensions.map(({ name }) => name) };
}

/** A DiscoveryResponse, in parts: what was encoded once is not copied before it is written. */
export const writeSotwResponse = ({ section, version, nonce, resources }: Response): readonly Uint8Array[] => [
  shortText(1, version),
  ...resources.map(([, { bytes }]) => bytes),
  typeUrlFields[section],
  shortText(5, nonce),
];

/** A DeltaDiscoveryResponse, in parts. */
export function writeDeltaResponse(response: Response): readonly Uint8Array[] {
  const { section, version, nonce, resources, removed } = response;
  return [
    shortText(1, version),
    ...resources.flatMap(([name, resource]) => {
      const rest = text(text(new BinaryWriter(), 1, resource.version), 3, name).finish();
      const length = rest.length + resource.bytes.length;
      return [new BinaryWriter().tag(2, WireType.LengthDelimited).uint32(length).finish(), rest, resource.bytes];
    }),
    typeUrlFields[section],
    shortText(5, nonce),
    ...removed.map((name) => text(new BinaryWriter(), 6, name).finish()),
  ];
}

/** A field whose value is ASCII and shorter than 128 bytes, as versions and nonces are. */
function shortText(field: number, value: string): Uint8Array {
  const bytes = Buffer.allocUnsafe(2 + value.length);
  bytes[0] = (field << 3) | WireType.LengthDelimited;
  bytes[1] = value.length;
  bytes.write(value, 2, 'latin1');
  return bytes;
}

const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value);

/** The field of the type, which is the same in every response. */
const typeUrlFields = Object.fromEntries(
  Object.entries(xdsTypes).map(([section, url]) => [section, text(new BinaryWriter(), 4, url).finish()]),
) as Readonly<Record<XdsSection, Uint8Array>>;
