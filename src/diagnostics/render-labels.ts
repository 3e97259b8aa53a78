/** Labels of a series: name to value. */
export type Labels = Readonly<Record<string, string>>;

/** Labels in Prometheus' text format, without braces. */
export const renderLabels = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
