import type { MessageJson } from '../../envoy/message-json.js';
import { httpConnectionManagerType, patchableTypes } from '../../envoy/type-urls.js';
import { ok } from '../../lib/result.js';
import type { FilterOperation, Modification, Operation } from './modification.js';
import { patchFilter, patchMessage, type Patched } from './patch-message.js';

/** How a message becomes another one, or stays the same value; the error says why it cannot. */
export type Edit = (message: MessageJson) => Patched;

type OfFilters = Extract<Modification, { on: 'network-filter' | 'http-filter' }>;
type OfVirtualHosts = Extract<Modification, { on: 'virtual-host' }>;

/** Edits the network filters of all filter chains of a listener. */
export const editNetworkFilters = ({ name, operation }: OfFilters): Edit =>
  editEach(
    'filterChains',
    editList('filters', (filters) => changeFilters(filters, name, operation)),
  );

/** Edits the HTTP filters of all connection managers of a listener. */
export const editHttpFilters = ({ name, operation }: OfFilters): Edit =>
  editConnectionManagers(editList('httpFilters', (filters) => changeFilters(filters, name, operation)));

/** Edits the virtual hosts in all connection managers of a listener; what they fetch from elsewhere stays. */
export const editVirtualHosts = ({ routeConfigurationName, name, operation }: OfVirtualHosts): Edit => {
  const editHosts = editList('virtualHosts', (hosts) => changeHosts(hosts, name, operation));
  return editConnectionManagers(
    editField('routeConfig', (routes) =>
      routeConfigurationName === undefined || routes.name === routeConfigurationName ? editHosts(routes) : ok(routes),
    ),
  );
};

type Messages = readonly MessageJson[];
type EditList = (messages: Messages) => PatchedList;
type PatchedList = { readonly ok: true; readonly value: Messages } | Extract<Patched, { ok: false }>;

const isNamed = (message: MessageJson, name: string | undefined): boolean =>
  name === undefined || message.name === name;

function without(messages: Messages, name: string | undefined): Messages {
  const others = messages.filter((message) => !isNamed(message, name));
  return others.length === messages.length ? messages : others;
}

function changeFilters(filters: Messages, name: string | undefined, operation: FilterOperation): PatchedList {
  switch (operation.kind) {
    case 'add':
      return ok(addFilter(filters, name, operation));
    case 'remove':
      return ok(without(filters, name));
    case 'patch':
      return mapAll(filters, (filter) => (isNamed(filter, name) ? patchFilter(filter, operation.patch) : ok(filter)));
  }
}

function addFilter(
  filters: Messages,
  name: string | undefined,
  { place, message }: Extract<FilterOperation, { kind: 'add' }>,
): Messages {
  if (place === 'first') return [message, ...filters];
  if (place === 'last') return [...filters, message];
  const index = filters.findIndex((filter) => filter.name === name);
  return index < 0 ? filters : filters.toSpliced(place === 'before' ? index : index + 1, 0, message);
}

function changeHosts(hosts: Messages, name: string | undefined, operation: Operation): PatchedList {
  switch (operation.kind) {
    case 'add':
      return ok([...hosts, operation.message]);
    case 'remove':
      return ok(without(hosts, name));
    case 'patch':
      return mapAll(hosts, (host) =>
        isNamed(host, name) ? patchMessage(patchableTypes.virtualHost, host, operation.patch) : ok(host),
      );
  }
}

const connectionManager = 'envoy.filters.network.http_connection_manager';

const editConnectionManagers = (edit: Edit): Edit =>
  editEach(
    'filterChains',
    editEach('filters', (filter) => {
      const config = filter.typedConfig as MessageJson | undefined;
      const isManager = filter.name === connectionManager && config?.['@type'] === httpConnectionManagerType;
      return isManager ? editField('typedConfig', edit)(filter) : ok(filter);
    }),
  );

/** Edits a message in a field, if it is there. */
const editField =
  (field: string, edit: Edit): Edit =>
  (message) => {
    const value = message[field] as MessageJson | undefined;
    const edited = value && edit(value);
    if (edited === undefined || (edited.ok && edited.value === value)) return ok(message);
    return edited.ok ? ok({ ...message, [field]: edited.value }) : edited;
  };

const editEach = (field: string, edit: Edit): Edit => editList(field, (messages) => mapAll(messages, edit));

/** Edits a list of messages in a field; an empty one is not written. */
const editList =
  (field: string, edit: EditList): Edit =>
  (message) => {
    const { [field]: list = [], ...others } = message;
    const edited = edit(list as Messages);
    if (!edited.ok) return edited;
    if (edited.value === list) return ok(message);
    return ok(edited.value.length === 0 ? others : { ...message, [field]: edited.value });
  };

function mapAll(messages: Messages, edit: Edit): PatchedList {
  const edited: MessageJson[] = [];
  for (const message of messages) {
    const result = edit(message);
    if (!result.ok) return result;
    edited.push(result.value);
  }
  return ok(edited.every((message, i) => message === messages[i]) ? messages : edited);
}
