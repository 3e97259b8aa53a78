import { goJson } from '../../lib/go-json.js';
import { defaultHttpFormat, defaultTcpFormat, fillLogFormat, type LoggedConnections } from '../../plan/access-log.js';
import type { AccessLog, JsonObject, LogFormat } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { Collectors } from './collectors.js';
import { mapTexts, readOtlpValue } from './otlp-value.js';
import type { AccessLogBackend, AccessLogFormat } from './schema.js';

type Tcp = NonNullable<AccessLogBackend['tcp']>;
type File = NonNullable<AccessLogBackend['file']>;
type OpenTelemetry = NonNullable<AccessLogBackend['openTelemetry']>;

/** What a log is of, and what surrounds it. */
export interface Logged {
  readonly plan: ProxyPlan;
  readonly connections: LoggedConnections;
  readonly isHttp: boolean;
  readonly collectors: Collectors;
}

/** The log to a backend; undefined where Envoy would refuse it. Kuma 2.5: the type of a backend does not count. */
export function planLog({ tcp, file, openTelemetry }: AccessLogBackend, logged: Logged): AccessLog | undefined {
  if (tcp !== undefined) return planTcpLog(tcp, logged);
  if (file !== undefined) return planFileLog(file, logged);
  return openTelemetry === undefined ? undefined : planOpenTelemetryLog(openTelemetry, logged);
}

const fill = (text: string, { plan, connections }: Logged): string | undefined =>
  fillLogFormat(text, plan, connections);

const defaultFormat = ({ isHttp }: Logged): string => (isHttp ? defaultHttpFormat : defaultTcpFormat);

/** What is written of each connection or request: a line, or the fields of an object. */
type Message =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'json'; readonly fields: JsonObject };

function planMessage(format: AccessLogFormat | undefined, logged: Logged): Message | undefined {
  const { plain, json } = format ?? { plain: defaultFormat(logged) };
  if (plain !== undefined) {
    const text = fill(`${plain}\n`, logged);
    return text === undefined ? undefined : { kind: 'text', text };
  }
  const fields = (json ?? []).map(({ key = '', value = '' }) => ({ key, value: fill(value, logged) }));
  return json !== undefined && fields.every(isFilled)
    ? { kind: 'json', fields: Object.fromEntries(fields.map(({ key, value }) => [key, value])) }
    : undefined;
}

interface Field<Value> {
  readonly key: string;
  readonly value: Value;
}

const isFilled = (field: Field<string | undefined>): field is Field<string> => field.value !== undefined;

const omission = (format: AccessLogFormat | undefined): Pick<LogFormat, 'omitEmptyValues'> =>
  format?.omitEmptyValues === undefined ? {} : { omitEmptyValues: format.omitEmptyValues };

function planFileLog({ path, format }: File, logged: Logged): AccessLog | undefined {
  const message = planMessage(format, logged);
  return message === undefined ? undefined : { kind: 'file', path, format: { ...message, ...omission(format) } };
}

/** What is beside the proxy sends the messages on; it learns from each where to. */
function planTcpLog({ address, format }: Tcp, logged: Logged): AccessLog | undefined {
  const message = planMessage(format, logged);
  if (message === undefined) return undefined;
  const fields: JsonObject = { address, message: message.kind === 'text' ? message.text : message.fields };
  const { accessLogSocketPath: path } = logged.plan.node;
  return { kind: 'file', path, format: { kind: 'json', fields, ...omission(format) } };
}

function planOpenTelemetryLog(
  { endpoint, attributes = [], body }: OpenTelemetry,
  logged: Logged,
): AccessLog | undefined {
  const filled = attributes.map(({ key = '', value = '' }) => ({ key, value: fill(value, logged) }));
  const filledBody = planBody(body, logged);
  if (filledBody === undefined || !filled.every(isFilled)) return undefined;
  const cluster = logged.collectors.clusterFor(endpoint);
  return cluster === undefined ? undefined : { kind: 'open-telemetry', cluster, attributes: filled, body: filledBody };
}

/** A value of OpenTelemetry's, or the JSON of whatever else it is as a text (Kuma 2.5: texts in quotation marks). */
function planBody(body: unknown, logged: Logged): JsonObject | undefined {
  const value = body === undefined || body === null ? {} : readOtlpValue(body);
  if (value !== undefined && Object.keys(value).length > 0) return mapTexts(value, (text) => fill(text, logged));
  const stringValue = fill(value === undefined ? goJson(body) : defaultFormat(logged), logged);
  return stringValue === undefined ? undefined : { stringValue };
}
