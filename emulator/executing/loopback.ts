import { isIPv4 } from 'node:net';

/** True for an address that only this host reaches: localhost, ::1 and 127.0.0.0/8. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
