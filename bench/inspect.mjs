// Measures what is asked about policies, beside kuma-cp when there is one: a mesh of 1 000 Dataplanes, 50 services and
// 500 policies, the same with 10 000 Dataplanes, and policies that add up to very many rules.
import { join } from 'node:path';

import { makeChange, makePolicies, manyServices, manyTags, meshWide } from './policies.mjs';
import { startSkein } from './servers.mjs';
import { fill, get, makeDataplane, mesh, put, putAll } from './workload.mjs';

const name = 'bench';

/** `servers` are those to compare, with 1 000 Dataplanes each; returns rows for the report. */
export async function compareInspection(servers, { rounds, progress }) {
  const rows = [];
  for (const server of servers) {
    progress(`${server.name}: writing 500 policies`);
    await putAll(server.url, [...makePolicies(name), meshWide(name)]);
  }
  for (const { what, path, goal, atMost } of views) {
    const figures = new Map(servers.map((server) => [server.name, []]));
    for (let round = 1; round <= rounds; round++) {
      for (const server of servers) {
        progress(`${what}: ${server.name}, round ${round} of ${rounds}`);
        figures.get(server.name).push(...(await times(server, path, server.name === 'skein' ? 300 : 20)));
      }
    }
    const [skein, kuma] = servers.map((server) => describe(figures.get(server.name)));
    rows.push({ name: what, unit: 'ms', atMost, goal, skein, kuma, ratio: kuma && kuma.value / skein.value });
  }
  return rows;
}

const views = [
  { what: '/policies of a proxy, 500 policies', path: `${mesh}/dataplanes/dp-7/policies`, goal: 30, atMost: 2 },
  { what: '/rules of a proxy, 500 policies', path: `${mesh}/dataplanes/dp-7/rules`, goal: 30, atMost: 2 },
  {
    what: '_resources/dataplanes of a mesh-wide policy, 1 000 Dataplanes',
    path: `${mesh}/meshtimeouts/mesh-wide/_resources/dataplanes?size=1000`,
    atMost: 5,
  },
];

/** How figures change with the number of Dataplanes: at 100 and 1 000 and 10 000, in turns so that all share the noise. */
export async function measureGrowth(work, { progress }) {
  const servers = new Map();
  for (const count of [100, 1000, 10_000]) {
    progress(`writing ${count} Dataplanes and 500 policies`);
    const folder = join(work, `grown-${count}`);
    await fill(folder, count);
    const server = await startSkein(folder);
    await putAll(server.url, makePolicies(name));
    servers.set(count, server);
  }
  const rows = [];
  const compare = async (what, few, many, measure) => {
    progress(what);
    const figures = new Map([few, many].map((count) => [count, []]));
    for (let i = 0; i < 400; i++)
      for (const [count, list] of figures) list.push(await time(() => measure(servers.get(count), i)));
    const [before, after] = [few, many].map((count) => describe(figures.get(count)));
    const slower = (after.value / before.value - 1) * 100;
    rows.push({ name: `${what}, at ${few} Dataplanes`, unit: 'ms', skein: before });
    rows.push({ name: `${what}, at ${many} Dataplanes`, unit: 'ms', skein: after });
    rows.push({ name: `${what}, so much slower`, unit: '%', atMost: 10, skein: { value: slower } });
  };
  const putPolicy = (server, i) => putOne(server, makeChange(name, i));
  await compare('PUT of a policy', 100, 10_000, putPolicy);
  for (const { what, path } of views.slice(0, 2)) await compare(what, 1000, 10_000, (server) => get(server.url + path));

  const server = servers.get(1000);
  progress('PUT of a policy right after a Dataplane');
  const after = [];
  for (let i = 0; i < 100; i++) {
    const { url } = servers.get(10_000);
    await put(url, `${mesh}/dataplanes/dp-${i}`, { ...makeDataplane(i), extra: undefined });
    after.push(await time(() => putOne(servers.get(10_000), makeChange(name, i))));
  }
  rows.push({
    name: 'PUT of a policy right after a Dataplane, at 10000 Dataplanes',
    unit: 'ms',
    skein: describe(after),
  });

  rows.push(...(await measureManyRules(server)));
  for (const each of servers.values()) await each.stop();
  return rows;
}

async function measureManyRules(server) {
  const path = `${mesh}/dataplanes/dp-7/rules`;
  const rows = [];
  const base = describe(await times(server, path, 50));
  await putOne(server, manyServices(name, 2000));
  const many = describe(await times(server, path, 20));
  rows.push({ name: '/rules with 2 001 more rules', unit: 'ms', atMost: 50 + base.value, skein: many });
  await putOne(server, manyTags(name));
  const before = server.readPeak();
  const hostile = describe(await times(server, path, 5));
  rows.push({ name: '/rules with 64 subsets over 32 keys', unit: 'ms', atMost: 1000, skein: hostile });
  rows.push({ name: 'memory for it', unit: 'MiB', atMost: 64, skein: { value: server.readPeak() - before } });
  return rows;
}

const putOne = ({ url }, { path, body }) => put(url, `${mesh}/${path}`, body);

async function times({ url }, path, count) {
  await get(url + path);
  const taken = [];
  for (let i = 0; i < count; i++) taken.push(await time(() => get(url + path)));
  return taken;
}

async function time(work) {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

function describe(taken) {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share) => Number(sorted[Math.floor((sorted.length - 1) * share)].toFixed(2));
  return { value: at(0.5), p50: at(0.5), p99: at(0.99) };
}
