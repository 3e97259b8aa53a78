import type { TokenKeys } from '../access/verify-token.js';
import type { AnonymousAccess } from '../access/identity.js';
import type { Kind } from '../model/kind.js';
import type { KeyMaker } from '../model/provision.js';
import type { Policies } from '../pipeline/match-proxy.js';
import type { LiveProxies } from '../proxies/delivery.js';
import type { ProxyAdmin } from '../proxies/proxy-admin.js';
import type { World } from '../snapshot/world.js';
import type { Store } from '../store/store.js';
import type { ApiTls } from './tls.js';

/** The settings that the API obeys. */
export interface ApiSettings {
  readonly readOnly: boolean;
  /** Bytes. */
  readonly bodyLimit: number;
  /** Levels of nesting of a JSON body. */
  readonly jsonDepth: number;
  /** Milliseconds for a whole request. */
  readonly requestTimeout: number;
  /** Milliseconds for the header of a request. */
  readonly headersTimeout: number;
  /** Bytes of a request's line and headers. */
  readonly maxHeaderSize: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxRequestsInFlight: number;
  /** Bytes of the bodies of all requests that are under way. */
  readonly maxBytesInFlight: number;
  /** How users say who they are: by a token, or by a certificate, which makes them administrators. */
  readonly authn: 'tokens' | 'adminClientCerts';
  readonly localhostIsAdmin: boolean;
  /** Which tokens are issued; false when they come from elsewhere. */
  readonly issues: Readonly<Record<'user' | 'dataplane' | 'zone', boolean>>;
  readonly userTokens: TokenKeys;
  /** Origins whose pages may call the API: origins, or regular expressions for whole ones. */
  readonly corsAllowedDomains: readonly string[];
  readonly anonymousAccess: AnonymousAccess;
  readonly gui: GuiSettings;
  /** URL or path under which the GUI finds the API; empty for `/`. */
  readonly rootUrl: string;
}

/** Where a bundle of the GUI is, and what it is told. */
export interface GuiSettings {
  readonly enabled: boolean;
  /** Folder of the bundle; empty when there is none. */
  readonly path: string;
  /** Path under which it is served. */
  readonly basePath: string;
  /** URL or path under which browsers find it; empty when that is `basePath`. */
  readonly rootUrl: string;
}

/** What `GET /` says of the server. */
export interface About {
  readonly hostname: string;
  /** Version of this product. */
  readonly version: string;
  readonly mode: string;
  readonly environment: string;
  /** Type of the store. */
  readonly storeType: string;
  /** Version of Kuma whose API this is; kumactl compares it with its own. */
  readonly kumaVersion: string;
  readonly instanceId: string;
  readonly clusterId: string;
}

/** How a request ended: answered, or cut off by its client. */
export interface RequestEnd {
  readonly method: string;
  readonly status: number;
  /** Size of the body of the answer. */
  readonly bytes: number;
}

/** Told when a request arrives at a route (`/meshes/{name}`; empty: at none); what comes back is called when it has ended. */
export type RequestMeter = (route: string) => (end: RequestEnd) => void;

/** Where the API writes; a subset of pino's loggers. */
export interface ApiLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Everything the API room is given. */
export interface ApiContext {
  readonly kinds: readonly Kind[];
  readonly policies: Policies;
  readonly store: Store;
  /** Makes and checks the keys that come with resources. */
  readonly keyMaker: KeyMaker;
  /** All meshes as of the newest commit. */
  readonly world: () => World;
  /** The proxies that are connected to this server. */
  readonly liveProxies: LiveProxies;
  /** Asks them what only they know. */
  readonly proxyAdmin: ProxyAdmin;
  readonly settings: ApiSettings;
  /** The effective settings, without secrets, as they are shown. */
  readonly effectiveSettings: unknown;
  readonly about: About;
  /** The current time in RFC 3339. */
  readonly now: () => string;
  readonly log: ApiLog;
  /** Absent when the API is not served over TLS. */
  readonly tls?: ApiTls;
  readonly measureRequest: RequestMeter;
}
