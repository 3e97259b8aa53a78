import { quoteGo } from '../../lib/go-quote.js';
import { compareBytes } from '../../model/resource.js';

/** Said to a proxy that shows no token (Kuma 2.5). */
export const tokenRequired =
  "Dataplane Token is required. Generate token using 'kumactl generate dataplane-token > /path/file' and provide it via --dataplane-token-file=/path/file argument to Kuma DP";

/** Said to a proxy whose token Envoy could not send. */
export const tokenUnfit = 'dataplaneToken: must be a single line of at most 16384 characters';

/** Said to a proxy whose resource names a port for the admin API that there is not. */
export const portTooLarge = 'networking.admin.port: must be in the range [0, 65535]';

/** Said to a proxy that would check this server by a certificate that signs no others (Kuma 2.5). */
export const noAuthority =
  "A data plane proxy is trying to verify the control plane using the certificate which is not a certificate authority (basic constraint 'CA' is set to 'false').\n" +
  "Provide CA that was used to sign a certificate used in the control plane by using 'kuma-dp run --ca-cert-file=file' or via KUMA_CONTROL_PLANE_CA_CERT_FILE";

/** Said to a proxy that asked under a host which the server's certificate is not for (Kuma 2.5). */
export function describeForeignHost(host: string, hosts: ReadonlySet<string>): string {
  const known = [...hosts].sort(compareBytes).map(quoteGo).join(' ');
  return [
    `A data plane proxy is trying to connect to the control plane using ${quoteGo(host)} address, but the certificate in the control plane has the following SANs [${known}]. Either change the --cp-address in kuma-dp to one of those or execute the following steps:`,
    `1) Generate a new certificate with the address you are trying to use. It is recommended to use trusted Certificate Authority, but you can also generate self-signed certificates using 'kumactl generate tls-certificate --type=server --cp-hostname=${host}'`,
    '2) Set KUMA_GENERAL_TLS_CERT_FILE and KUMA_GENERAL_TLS_KEY_FILE or the equivalent in Kuma CP config file to the new certificate.',
    '3) Restart the control plane to read the new certificate and start kuma-dp.',
  ].join('\n');
}
