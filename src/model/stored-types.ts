/** The identity of a proxy, under the proxy's name; encrypted. Like the others here no kind: users never see it. */
export const identityType = 'ProxyIdentity';

/** The CAs that the proxies of a mesh trust, under the mesh's name. */
export const trustType = 'MeshTrust';

/** The certificate of the admin of a proxy's Envoy; encrypted. */
export const adminCertificateType = 'ProxyAdminCertificate';

/** Types that only their owners read, so that no snapshot need hold them. */
export const privateTypes: ReadonlySet<string> = new Set([identityType, trustType, adminCertificateType]);
