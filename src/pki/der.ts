import type * as Asn1 from 'asn1js';

/** Values in DER (X.690), each from parts that are encoded already: the library would look at all of them anew. */
export interface Der {
  sequence(...parts: readonly Uint8Array[]): Uint8Array;
  /** A value that a tag of the context says more of. */
  explicit(tagNumber: number, part: Uint8Array): Uint8Array;
  /** Content whose type follows from a tag of the context. */
  implicit(tagNumber: number, content: Uint8Array): Uint8Array;
  /** Of these bytes, the most significant one first; or a small number. */
  integer(value: Uint8Array | number): Uint8Array;
  /** E.g. `2.5.29.17`. */
  objectIdentifier(value: string): Uint8Array;
  boolean(value: boolean): Uint8Array;
  octets(content: Uint8Array): Uint8Array;
  bits(content: Uint8Array): Uint8Array;
  nothing(): Uint8Array;
  /** Milliseconds since 1970; in whole seconds, and from 2050 on in another form (RFC 5280, 4.1.2.5). */
  time(value: number): Uint8Array;
}

const universal = 1;
const contextSpecific = 3;
const sequenceTag = 16;

/** The library is loaded when it is first needed, since most starts of a server need it not. */
export async function loadDer(): Promise<Der> {
  const asn1 = await import('asn1js');
  const encode = (block: Asn1.BaseBlock): Uint8Array => new Uint8Array(block.toBER());
  const wrap = (tagClass: number, tagNumber: number, isConstructed: boolean, content: Uint8Array): Uint8Array => {
    const block = new asn1.Primitive({ idBlock: { tagClass, tagNumber }, valueHex: content });
    block.idBlock.isConstructed = isConstructed;
    return encode(block);
  };
  return {
    sequence: (...parts) => wrap(universal, sequenceTag, true, Buffer.concat(parts)),
    explicit: (tagNumber, part) => wrap(contextSpecific, tagNumber, true, part),
    implicit: (tagNumber, content) => wrap(contextSpecific, tagNumber, false, content),
    integer: (value) => encode(new asn1.Integer(typeof value === 'number' ? { value } : { valueHex: value })),
    objectIdentifier: (value) => encode(new asn1.ObjectIdentifier({ value })),
    boolean: (value) => encode(new asn1.Boolean({ value })),
    octets: (valueHex) => encode(new asn1.OctetString({ valueHex })),
    bits: (valueHex) => encode(new asn1.BitString({ valueHex })),
    nothing: () => encode(new asn1.Null()),
    time: (value) => {
      const valueDate = new Date(Math.floor(value / 1_000) * 1_000);
      const isNear = valueDate.getUTCFullYear() < 2050;
      return encode(isNear ? new asn1.UTCTime({ valueDate }) : new asn1.GeneralizedTime({ valueDate }));
    },
  };
}
