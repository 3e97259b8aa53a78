const methodOrder = ['PUT', 'DELETE', 'GET', 'HEAD', 'POST'];

/** The methods each path has, to tell a wrong method from a wrong path. */
export class RouteTable {
  readonly #routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();

  /** Adds a route as Fastify knows it; `url` may have parameters (`:name`) and a wildcard at its end. */
  add(method: string | readonly string[], url: string): void {
    const known = this.#routes.get(url) ?? { pattern: toPattern(url), methods: new Set<string>() };
    for (const each of [method].flat()) known.methods.add(each);
    this.#routes.set(url, known);
  }

  /** The methods of a path as it is sent, in the order of Kuma's `Allow` header; a fixed segment beats a parameter. */
  methodsOf(path: string): readonly string[] {
    const decoded = decode(path);
    const matching = [...this.#routes].filter(([, { pattern }]) => pattern.test(decoded));
    const fewest = Math.min(...matching.map(([url]) => countParameters(url)));
    const methods = new Set(
      matching.filter(([url]) => countParameters(url) === fewest).flatMap(([, route]) => [...route.methods]),
    );
    return methodOrder.filter((method) => methods.has(method));
  }

  /** Every route as `METHOD /path/{parameter}`. */
  list(): readonly string[] {
    return [...this.#routes].flatMap(([url, { methods }]) =>
      [...methods].map((method) => `${method} ${toTemplate(url)}`),
    );
  }
}

const templates = new Map<string, string>();

/** A route's path as OpenAPI and Kuma write it: `/meshes/{name}` for `/meshes/:name`. */
export function toTemplate(url: string): string {
  const template = templates.get(url) ?? url.replaceAll(/:([a-z]+)/gi, '{$1}');
  templates.set(url, template);
  return template;
}

const countParameters = (url: string): number => (url.match(/[:*]/g) ?? []).length;

function toPattern(url: string): RegExp {
  const source = url
    .split('/')
    .map((segment) =>
      segment === '*' ? '.*' : segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('/');
  return new RegExp(`^${source === '/' ? '' : source}/?$`);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
