import { readFileSync } from 'node:fs';

/** What stands for a certificate or a key: in recordings, and in a configuration shown by inspect. */
const placeholders: readonly unknown[] = ['<ANY>', '<redacted>'];

/**
 * A copy in which certificates and keys that are not shown are ones that Envoy can load: a self-signed certificate for
 * chains and trusted CAs, and its key. A chain is replaced with its key, since the two must fit.
 */
export const withTestCertificates = <Value extends object>(value: Value): Value => {
  const copy: Value = JSON.parse(JSON.stringify(value), (key, each: unknown) => {
    if (!isObject(each)) return each;
    if (isObject(each.privateKey) && isPlaceholder(each.privateKey)) {
      return { ...each, certificateChain: { inlineBytes: certificate }, privateKey: { inlineBytes: privateKey } };
    }
    // left for the object around it, which holds the chain too
    if (key === 'privateKey') return each;
    return isPlaceholder(each) ? { inlineBytes: certificate } : each;
  });
  return copy;
};

const isPlaceholder = ({ inlineBytes, inlineString }: Readonly<Record<string, unknown>>): boolean =>
  placeholders.includes(inlineBytes ?? inlineString);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const readBase64 = (file: string): string =>
  readFileSync(new URL(`testdata/${file}`, import.meta.url)).toString('base64');

const certificate = readBase64('certificate.pem');
const privateKey = readBase64('key.pem');
