import { createHash } from 'node:crypto';

import type { ApiLog } from './api/api-context.js';
import {
  startAssignmentServer,
  type AssignmentsAnswer,
  type AssignmentServer,
} from './diagnostics/assignment-server.js';
import { listAssignments } from './explain/monitoring-assignments.js';
import { rememberByIdentity } from './lib/remember.js';
import { openPlainTls, type Certificates } from './open-tls.js';
import type { Settings } from './settings/index.js';
import type { World } from './snapshot/world.js';
import type { Change } from './store/store.js';

/** What Prometheus is told of proxies, joined but without a port. */
export interface PrometheusService {
  /** To be told of every commit. */
  onStoreChanges(changes: readonly Change[]): void;
  /** Binds the port, if the settings name one; resolves with its number. */
  listen(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Types of the resources that assignments are made of. */
const concerned: ReadonlySet<string> = new Set(['Mesh', 'Dataplane', 'MeshGateway']);

/** Joins the list of what is to be scraped with its server. */
export function composePrometheusService({
  settings: all,
  world,
  certificates,
  log,
}: {
  readonly settings: Settings;
  readonly world: () => World;
  readonly certificates: Certificates;
  readonly log: ApiLog;
}): PrometheusService {
  const { monitoringAssignmentServer: settings } = all;
  let server: AssignmentServer | undefined;
  return {
    onStoreChanges: (changes) => {
      if (server !== undefined && changes.some(({ key }) => concerned.has(key.type))) server.onChange();
    },
    listen: async () => {
      if (settings.port === 0) return undefined;
      const tls = settings.tlsEnabled ? await openPlainTls(certificates, all, settings, log) : undefined;
      const started = await startAssignmentServer({
        host: settings.interface,
        port: settings.port,
        read: () => renderAssignments(world()),
        fetchTimeout: settings.defaultFetchTimeout,
        refreshInterval: settings.assignmentRefreshInterval,
        ...(tls === undefined ? {} : { tls: tls.current() }),
      }).catch((cause: unknown) => {
        const named = 'monitoringAssignmentServer.interface and monitoringAssignmentServer.port';
        throw new Error(`Prometheus cannot be served where the settings ${named} say`, { cause });
      });
      tls?.follow((next) => {
        started.useTls(next);
      });
      server = started;
      return started.port;
    },
    close: async () => {
      await server?.close();
    },
  };
}

/** The answer to who has nothing yet; its version is a hash, so that it outlives a restart. */
const renderAssignments = rememberByIdentity((world: World): AssignmentsAnswer => {
  const resources = JSON.stringify(listAssignments(world));
  const version = createHash('sha256').update(resources).digest('base64url').slice(0, 22);
  const typeUrl = 'type.googleapis.com/kuma.observability.v1.MonitoringAssignment';
  return { version, text: `{"version_info":"${version}","resources":${resources},"type_url":"${typeUrl}"}` };
});
