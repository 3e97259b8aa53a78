import { fromBinary, type DescMessage, type Message } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

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

interface NodeFields {
  readonly id: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly extensions: readonly { readonly name: string }[];
}

interface RequestFields {
  readonly node?: NodeFields;
  readonly typeUrl: string;
  readonly responseNonce: string;
  readonly errorDetail?: { readonly message: string };
}

type SotwFields = RequestFields & { readonly resourceNames: readonly string[]; readonly versionInfo: string };

type DeltaFields = RequestFields & {
  readonly resourceNamesSubscribe: readonly string[];
  readonly resourceNamesUnsubscribe: readonly string[];
  readonly initialResourceVersions: Readonly<Record<string, string>>;
};

/** Reads a DiscoveryRequest. Throws for bytes that are none. */
export function readSotwRequest(bytes: Uint8Array): Received<SotwRequest> {
  const fields = decode(schemas().sotw, bytes) as Message & SotwFields;
  return receive(fields, (section) => ({
    section,
    names: fields.resourceNames,
    version: fields.versionInfo,
    ...answerOf(fields),
  }));
}

/** Reads a DeltaDiscoveryRequest. Throws for bytes that are none. */
export function readDeltaRequest(bytes: Uint8Array): Received<DeltaRequest> {
  const fields = decode(schemas().delta, bytes) as Message & DeltaFields;
  return receive(fields, (section) => ({
    section,
    subscribe: fields.resourceNamesSubscribe,
    unsubscribe: fields.resourceNamesUnsubscribe,
    initialVersions: new Map(Object.entries(fields.initialResourceVersions)),
    ...answerOf(fields),
  }));
}

function receive<Request>({ node, typeUrl }: RequestFields, read: (section: XdsSection) => Request): Received<Request> {
  const section = sectionOf.get(typeUrl);
  return { node: node && readNode(node), typeUrl, request: section && read(section) };
}

const readNode = ({ id, metadata, extensions }: NodeFields): EnvoyNode => ({
  id,
  metadata: metadata ?? {},
  extensions: extensions.map(({ name }) => name),
});

const answerOf = ({ responseNonce, errorDetail }: RequestFields) => ({
  nonce: responseNonce,
  ...(errorDetail === undefined ? {} : { error: errorDetail.message }),
});

const decode = (schema: DescMessage, bytes: Uint8Array): Message =>
  fromBinary(schema, bytes, { readUnknownFields: false });

let loaded: { readonly sotw: DescMessage; readonly delta: DescMessage } | undefined;

function schemas(): NonNullable<typeof loaded> {
  loaded ??= {
    sotw: schemaOf('envoy.service.discovery.v3.DiscoveryRequest'),
    delta: schemaOf('envoy.service.discovery.v3.DeltaDiscoveryRequest'),
  };
  return loaded;
}

function schemaOf(name: string): DescMessage {
  const schema = loadRegistry().getMessage(name);
  if (schema === undefined) throw new Error(`no descriptor of ${name}`);
  return schema;
}

/** A DiscoveryResponse, in parts: what was encoded once is not copied before it is written. */
export const writeSotwResponse = ({ section, version, nonce, resources }: Response): readonly Uint8Array[] => [
  text(new BinaryWriter(), 1, version).finish(),
  ...resources.map(([, { bytes }]) => bytes),
  writeEnd(section, nonce).finish(),
];

/** A DeltaDiscoveryResponse, in parts. */
export function writeDeltaResponse(response: Response): readonly Uint8Array[] {
  const { section, version, nonce, resources, removed } = response;
  const end = writeEnd(section, nonce);
  for (const name of removed) text(end, 6, name);
  return [
    text(new BinaryWriter(), 1, version).finish(),
    ...resources.flatMap(([name, resource]) => {
      const rest = text(text(new BinaryWriter(), 1, resource.version), 3, name).finish();
      const length = rest.length + resource.bytes.length;
      return [new BinaryWriter().tag(2, WireType.LengthDelimited).uint32(length).finish(), rest, resource.bytes];
    }),
    end.finish(),
  ];
}

const writeEnd = (section: XdsSection, nonce: string): BinaryWriter =>
  text(text(new BinaryWriter(), 4, xdsTypes[section]), 5, nonce);

const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value);
