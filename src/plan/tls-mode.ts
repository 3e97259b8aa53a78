import type { Resource } from '../model/resource.js';
import type { TlsMode } from './listener-plan.js';

/** The part of a Mesh that says how connections are encrypted. */
interface MeshTls {
  readonly mtls?: {
    readonly enabledBackend?: string;
    readonly backends?: readonly { readonly name?: string; readonly mode?: string | number }[];
  };
}

/** How the mesh wants connections encrypted. */
export function tlsModeOf(mesh: Resource | undefined): TlsMode {
  const { enabledBackend = '', backends = [] } = (mesh?.spec as MeshTls | undefined)?.mtls ?? {};
  const backend = enabledBackend === '' ? undefined : backends.find(({ name = '' }) => name === enabledBackend);
  if (backend === undefined) return 'off';
  return backend.mode === 'PERMISSIVE' || backend.mode === 1 ? 'permissive' : 'strict';
}
