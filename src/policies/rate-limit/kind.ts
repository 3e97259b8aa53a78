import { serviceTag, tagOf } from '../../model/dataplane.js';
import type { Around, Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import type { ResourceKey, Tags } from '../../model/resource.js';
import { asksMoreOf } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import { rateLimitSchema, type RateLimit } from './schema.js';
import { validateRateLimit } from './validate.js';

/** External services have no tags that could be told apart where limits are enforced. */
function check(spec: RateLimit, _key: ResourceKey, { beside }: Around): Violation[] {
  const services = (beside?.get('ExternalService') ?? []).map((externalService) =>
    tagOf((externalService.spec as { readonly tags?: Tags }).tags, serviceTag),
  );
  return (spec.destinations ?? [])
    .filter((destination) => asksMoreOf(new Set(services), destination))
    .map(() => ({
      field: 'ratelimit',
      message: 'RateLimit applied to external service only supports kuma.io/service as destination match',
    }));
}

/** The stored kind RateLimit. */
export const rateLimitKind: Kind<RateLimit> = {
  ...legacyPolicy,
  type: 'RateLimit',
  path: 'rate-limits',
  singularDisplayName: 'Rate Limit',
  pluralDisplayName: 'Rate Limits',
  schema: rateLimitSchema,
  validate: validateRateLimit,
  looksAt: ['ExternalService'],
  check,
  boundToMesh: false,
  examples: [
    {
      summary: 'Ten requests in ten seconds',
      body: {
        type: 'RateLimit',
        mesh: 'default',
        name: 'web-to-backend',
        sources: [{ match: { 'kuma.io/service': 'web' } }, { match: { 'kuma.io/service': '*', version: 'v1' } }],
        destinations: [{ match: { 'kuma.io/service': 'backend' } }, { match: { 'kuma.io/service': '*' } }],
        conf: {
          http: {
            requests: 10,
            interval: '10s',
            onRateLimit: {
              status: 429,
              headers: [{ key: 'x-kuma-rate-limit', value: 'limited', append: true }],
            },
          },
        },
      },
    },
  ],
};
