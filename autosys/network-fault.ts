/** Whom to ask about a fault of the way to AutoSys. */
type Contact = 'AutoSys administrator' | 'network team' | 'platform team';

/** What is known about a kind of fault. */
interface NetworkFaultFacts {
  readonly contact: Contact;
  /** What that contact does about it. */
  readonly advice: string;
}

const trustBoth =
  'put the certificates of the root and of every intermediate authority that signed it into ca (--ca)';

/** What keeps a secure connection from being established, whom to ask, and what to do. */
export const networkFaults = {
  unresolved: {
    contact: 'network team',
    advice:
      'check the host in endpoints, and that the resolver of this network knows it (in AWS: Route 53 Resolver rules)',
  },
  refused: {
    contact: 'AutoSys administrator',
    advice:
      'check the port (9443 as installed) and that waae_webserver of this instance runs on that host',
  },
  unroutable: {
    contact: 'network team',
    advice: 'check the routes from the subnets of the functions to that network',
  },
  timeout: {
    contact: 'network team',
    advice:
      'a firewall drops it, or the host is down: check security groups, routes and firewalls on the way to that port',
  },
  broken: {
    contact: 'network team',
    advice: 'something on the way cuts the connection: check firewall, proxy and web server',
  },
  noTls: {
    contact: 'AutoSys administrator',
    advice:
      'that port speaks plain HTTP or another protocol: check the port; AEWS listens with HTTPS on 9443 as installed',
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
      'the TLS of that server or of a proxy before it lacks secure renegotiation (RFC 5746): update its Java or the proxy',
  },
  tlsRejected: {
    contact: 'AutoSys administrator',
    advice: 'look at the log of the AutoSys web server, or of the proxy before it, for the reason',
  },
  weakCertificate: {
    contact: 'AutoSys administrator',
    advice:
      'have the whole chain issued anew with keys of at least RSA 2048 or EC 256 and a digest of at least SHA-256',
  },
  expired: {
    contact: 'AutoSys administrator',
    advice: 'renew the certificate of the AutoSys web server; nothing is sent to it until then',
  },
  notYetValid: {
    contact: 'AutoSys administrator',
    advice: 'check the clock of this host, then the begin of the certificate',
  },
  selfSigned: {
    contact: 'platform team',
    advice:
      'AutoSys comes with a self-signed certificate: give it one of your authority, or put this very certificate into ca (--ca)',
  },
  unknownIssuer: { contact: 'platform team', advice: trustBoth },
  missingIntermediate: { contact: 'platform team', advice: trustBoth },
  wrongHost: {
    contact: 'AutoSys administrator',
    advice: 'name the host in endpoints as its certificate does, or have it issued for this name',
  },
  cancelled: { contact: 'platform team', advice: 'the time was over: try again' },
} as const satisfies Readonly<Record<string, NetworkFaultFacts>>;

/** What keeps a secure connection from being established. */
export type NetworkFault = keyof typeof networkFaults;

/** `ask the network team: check …`, for the line below an error. */
export function adviseOn(fault: NetworkFault): string {
  const { contact, advice } = networkFaults[fault];
  return `ask the ${contact}: ${advice}`;
}
