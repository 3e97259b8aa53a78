export const clusters: string;
export const endpoints: string;
export const listeners: string;

export interface KnownType {
  readonly version: string;
  readonly names: readonly string[];
}

export interface StreamEnd {
  readonly goaway: boolean;
  readonly status?: number;
  readonly message?: string;
}

export interface AdsProxyOptions {
  readonly port: number;
  readonly mesh: string;
  readonly name: string;
  readonly versions?: ReadonlyMap<string, KnownType>;
  readonly token?: string;
}

export class AdsProxy {
  constructor(options: AdsProxyOptions);
  readonly types: ReadonlyMap<string, KnownType & { readonly count: number; readonly message: Buffer }>;
  readonly ended: Promise<StreamEnd>;
  count(typeUrl: string): number;
  versions(): ReadonlyMap<string, KnownType>;
  until(holds: (proxy: AdsProxy) => boolean): Promise<void>;
  close(): void;
}
