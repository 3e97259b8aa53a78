import type { Static } from 'typebox';

import { proto } from './proto.js';

/** The spec of Secret and GlobalSecret: the one truth of its shape. */
export const secretSchema = proto.message(
  { data: proto.bytesValue({ description: 'The secret in base64.' }) },
  { description: 'A secret such as a key or a certificate; encrypted in the store, and only for administrators.' },
);

/** A secret as it is stored; without `data` it is empty. */
export type SecretSpec = Static<typeof secretSchema>;

/** The spec of a secret that holds this text. */
export const toSecretSpec = (text: string): SecretSpec => ({ data: Buffer.from(text).toString('base64') });

/** What a secret holds. */
export const secretBytes = ({ data = '' }: SecretSpec): Buffer => Buffer.from(data, 'base64');

/** The text that a secret holds. */
export const secretText = (spec: SecretSpec): string => secretBytes(spec).toString('utf8');
