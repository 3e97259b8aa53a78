import { proto, type FieldOptions } from './proto.js';
import type { Violation } from './violation.js';

/** Where bytes such as a certificate come from, as it is stored: one field is set, or none. */
export interface DataSource {
  readonly secret?: string;
  readonly file?: string;
  /** Standard base64. */
  readonly inline?: string | null;
  readonly inlineString?: string;
}

/** Schema of a data source. */
export const dataSource = (description: string, options: FieldOptions = {}) =>
  proto.message(
    {
      secret: proto.string({ oneof: 'type', description: 'Name of a Secret of the mesh.' }),
      file: proto.string({ oneof: 'type', description: 'Path of a file.' }),
      inline: proto.bytesValue({ oneof: 'type', description: 'The bytes in base64.' }),
      inlineString: proto.string({ oneof: 'type', description: 'The bytes as a text.' }),
    },
    { ...options, description },
  );

/** A data source that is there must name or hold something; what it names is not looked up. */
export function checkDataSource(field: string, source: DataSource | undefined): Violation[] {
  if (source === undefined) return [];
  const isEmpty = [source.secret, source.file, source.inline, source.inlineString].every((each) => (each ?? '') === '');
  return isEmpty ? [{ field, message: 'data source cannot be empty' }] : [];
}
