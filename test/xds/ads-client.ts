import { create, fromBinary, toBinary, type Message } from '@bufbuild/protobuf';
import { Client, type ClientDuplexStream, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';

import { loadRegistry } from '../../src/envoy/registry.js';
import { xdsTypes, type XdsSection } from '../../src/envoy/type-urls.js';

/** What a client is told. */
export interface Told {
  readonly typeUrl: string;
  readonly versionInfo: string;
  readonly nonce: string;
  readonly resources: readonly Message[];
}

const schema = (name: string) => loadRegistry().getMessage(`envoy.service.discovery.v3.${name}`)!;

/** A client of the state-of-the-world protocol, or of the incremental one, that says just what it is told to. */
export class AdsClient {
  readonly told: Told[] = [];
  /** Every response is taken as soon as it arrives. */
  acksAll = false;
  /** Resolves with how the stream ended. */
  readonly ended: Promise<ServiceError | undefined>;
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Record<string, unknown>, Message & Told>;
  readonly #waiting: (() => void)[] = [];
  /** What was asked for last, by type. */
  readonly #names = new Map<string, readonly string[]>();
  #node: object | undefined;

  constructor(
    port: number,
    name: string,
    {
      token = '',
      metadata = {},
      isDelta = false,
      mesh = 'default',
    }: { token?: string; metadata?: object; isDelta?: boolean; mesh?: string } = {},
  ) {
    this.#client = new Client(
      `127.0.0.1:${port}`,
      credentials.createSsl(null, null, null, { rejectUnauthorized: false }),
      {
        'grpc.use_local_subchannel_pool': 1,
      },
    );
    const headers = new Metadata();
    if (token !== '') headers.set('authorization', token);
    const [request, response] = ['Request', 'Response'].map((each) =>
      schema(`${isDelta ? 'Delta' : ''}Discovery${each}`),
    );
    this.#call = this.#client.makeBidiStreamRequest(
      `/envoy.service.discovery.v3.AggregatedDiscoveryService/${isDelta ? 'Delta' : 'Stream'}AggregatedResources`,
      (fields: Record<string, unknown>) => Buffer.from(toBinary(request!, create(request!, fields))),
      (bytes: Buffer) => fromBinary(response!, bytes) as Message & Told,
      headers,
    );
    this.#node = { id: `${mesh}.${name}`, metadata };
    this.ended = new Promise((resolve) => {
      this.#call.on('error', resolve);
      this.#call.on('end', () => {
        resolve(undefined);
      });
    });
    this.#call.on('data', (told: Told) => {
      this.told.push(told);
      const { typeUrl, versionInfo, nonce: responseNonce } = told;
      const resourceNames = this.#names.get(typeUrl) ?? [];
      if (this.acksAll) this.#call.write({ typeUrl, versionInfo, responseNonce, resourceNames });
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** Asks for all of a type, or for names; or answers a response. */
  say(
    section: XdsSection,
    fields: { readonly resourceNames?: readonly string[]; readonly [name: string]: unknown } = {},
  ): void {
    this.#names.set(xdsTypes[section], fields.resourceNames ?? []);
    this.#call.write({
      typeUrl: xdsTypes[section],
      ...(this.#node === undefined ? {} : { node: this.#node }),
      ...fields,
    });
    this.#node = undefined;
  }

  ack(section: XdsSection, { versionInfo, nonce }: Told): void {
    this.say(section, { versionInfo, responseNonce: nonce });
  }

  nack(section: XdsSection, { nonce }: Told, message: string): void {
    this.say(section, { responseNonce: nonce, errorDetail: { message } });
  }

  /** The response at this place, as soon as it is there. */
  async response(index: number): Promise<Told> {
    for (;;) {
      const told = this.told[index];
      if (told !== undefined) return told;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  close(): void {
    this.#call.cancel();
    this.#client.close();
  }
}
