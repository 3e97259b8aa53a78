import { datadogConf, fileConf, readConf, tcpConf, zipkinConf } from './backend-conf.js';
import type { ProtoNumber } from './proto.js';
import type { Resource } from './resource.js';

/** A named place of a Mesh where proxies send something; `conf` depends on the type. */
interface Backend {
  readonly name?: string;
  readonly type?: string;
  readonly conf?: unknown;
}

interface Backends<Of extends Backend> {
  readonly defaultBackend?: string;
  readonly backends?: readonly Of[];
}

interface LoggingConf extends Backend {
  readonly format?: string;
}

/** Where access logs go, and what a line looks like; an absent format stands for the default one. */
export type LoggingBackend = { readonly format?: string } & (
  | { readonly type: 'file'; readonly path: string }
  /** `address` is HOST:PORT. */
  | { readonly type: 'tcp'; readonly address: string }
);

/** The logging backend of a Mesh with that name, or the default one when it is empty; undefined for what is not there. */
export function loggingBackendOf(mesh: Resource | undefined, name: string): LoggingBackend | undefined {
  const { logging } = (mesh?.spec ?? {}) as { readonly logging?: Backends<LoggingConf> };
  const backend = findBackend(logging, name);
  const format = backend?.format === undefined || backend.format === '' ? {} : { format: backend.format };
  if (backend?.type === 'file') return { type: 'file', path: readConf(fileConf, backend.conf).path ?? '', ...format };
  if (backend?.type === 'tcp')
    return { type: 'tcp', address: readConf(tcpConf, backend.conf).address ?? '', ...format };
  return undefined;
}

interface TracingConf extends Backend {
  readonly sampling?: ProtoNumber;
}

/** Where traces go, and the percentage of requests that are traced; absent = all. */
export type TracingBackend = { readonly name: string; readonly sampling?: number } & (
  | {
      readonly type: 'zipkin';
      readonly url: string;
      readonly traceId128bit: boolean;
      readonly apiVersion: string;
      readonly sharedSpanContext?: boolean;
    }
  | { readonly type: 'datadog'; readonly address: string; readonly port: number; readonly splitService: boolean }
);

/** The tracing backend of a Mesh with that name, or the default one when it is empty; undefined for what is not there. */
export function tracingBackendOf(mesh: Resource | undefined, name: string): TracingBackend | undefined {
  const { tracing } = (mesh?.spec ?? {}) as { readonly tracing?: Backends<TracingConf> };
  const backend = findBackend(tracing, name);
  const sampling = Number(backend?.sampling);
  const common = { name: backend?.name ?? '', ...(Number.isNaN(sampling) ? {} : { sampling }) };
  if (backend?.type === 'zipkin') {
    const { url = '', traceId128bit = false, apiVersion = '', ...others } = readConf(zipkinConf, backend.conf);
    return { ...common, type: 'zipkin', url, traceId128bit, apiVersion, ...others };
  }
  if (backend?.type === 'datadog') {
    const { address = '', port = 0, splitService = false } = readConf(datadogConf, backend.conf);
    return { ...common, type: 'datadog', address, port, splitService };
  }
  return undefined;
}

function findBackend<Of extends Backend>({ defaultBackend = '', backends = [] }: Backends<Of> = {}, name: string) {
  const wanted = name === '' ? defaultBackend : name;
  return wanted === '' ? undefined : backends.find((backend) => backend.name === wanted);
}
