/** The team to contact about a fault of the connection to AutoSys. */
type Contact = 'AutoSys administrator' | 'network team' | 'platform team';

/** Contact and advice for a kind of fault. */
interface NetworkFaultFacts {
  readonly contact: Contact;
  /** What the contact checks or changes. */
  readonly advice: string;
}

const trustBoth =
  'put the certificates of the root and of every intermediate authority that signed it into ca (--ca)';

/** The faults that prevent a secure connection, with contact and advice. */
export const networkFaults = {
  unresolved: {
    contact: 'network team',
    advice:
      'check the host name in endpoints and the DNS resolver of this network (in AWS: Route 53 Resolver rules)',
  },
  refused: {
    contact: 'AutoSys administrator',
    advice:
      'check the port (default: 9443) and that waae_webserver of this instance runs on that host',
  },
  unroutable: {
    contact: 'network team',
    advice: 'check the routes from the subnets of the functions to that network',
  },
  timeout: {
    contact: 'network team',
    advice:
      'a firewall may drop the packets, or the host may be down: check security groups, routes and firewalls between the functions and that port',
  },
  broken: {
    contact: 'network team',
    advice: 'the connection was closed on the network path: check firewall, proxy and web server',
  },
  noTls: {
    contact: 'AutoSys administrator',
    advice:
      'that port serves plain HTTP or another protocol: check the port; AEWS serves HTTPS on port 9443 by default',
  },
  tlsVersion: {
    contact: 'AutoSys administrator',
    advice:
      'enable TLS 1.2 or 1.3 in the connector of the AutoSys web server (sslEnabledProtocols)',
  },
  noSharedCipher: {
    contact: 'AutoSys administrator',
    advice:
      'enable a cipher suite with ECDHE and AES-GCM in the connector of the AutoSys web server that fits the key of its certificate (ciphers)',
  },
  clientCertificate: {
    contact: 'AutoSys administrator',
    advice:
      'the bridge has no client certificate: set clientAuth (certificateVerification) of this connector to want or none, or give the bridge a connector of its own',
  },
  legacyRenegotiation: {
    contact: 'AutoSys administrator',
    advice:
      'the TLS library of that server or of a proxy in front of it lacks secure renegotiation (RFC 5746): update its Java or the proxy',
  },
  tlsRejected: {
    contact: 'AutoSys administrator',
    advice: 'find the reason in the log of the AutoSys web server or of the proxy in front of it',
  },
  weakCertificate: {
    contact: 'AutoSys administrator',
    advice:
      'reissue the whole certificate chain with keys of at least RSA 2048 or EC 256 and a digest of at least SHA-256',
  },
  expired: {
    contact: 'AutoSys administrator',
    advice: 'renew the certificate of the AutoSys web server; nothing is sent to it until then',
  },
  notYetValid: {
    contact: 'AutoSys administrator',
    advice: 'check the clock of this host, then the start date of the certificate',
  },
  selfSigned: {
    contact: 'platform team',
    advice:
      'AutoSys is installed with a self-signed certificate: replace it by one of your certificate authority, or put this certificate into ca (--ca)',
  },
  unknownIssuer: { contact: 'platform team', advice: trustBoth },
  missingIntermediate: { contact: 'platform team', advice: trustBoth },
  wrongHost: {
    contact: 'AutoSys administrator',
    advice:
      'use a host name of the certificate in endpoints, or have a certificate issued for this name',
  },
  cancelled: { contact: 'platform team', advice: 'the time limit was reached: try again' },
} as const satisfies Readonly<Record<string, NetworkFaultFacts>>;

/** A fault that prevents a secure connection. */
export type NetworkFault = keyof typeof networkFaults;

/** The advice as a text such as `ask the network team: check …`, for the line below an error. */
export function adviseOn(fault: NetworkFault): string {
  const { contact, advice } = networkFaults[fault];
  return `ask the ${contact}: ${advice}`;
}
