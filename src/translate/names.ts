/** Name of the cluster of a workload. */
export const workloadClusterName = (port: number): string => `localhost:${port}`;

/** A name as it may stand in statistics: everything but letters, digits, `_` and `-` becomes `_`. */
export const sanitizeStatName = (name: string): string => name.replace(/[^A-Za-z0-9_-]/g, '_');

/** `altStatName` of a cluster: present only when the name itself is not fit for statistics. */
export function altStatName(name: string): { readonly altStatName?: string } {
  const sanitized = sanitizeStatName(name);
  return sanitized === name ? {} : { altStatName: sanitized };
}
