import type { NetworkFault } from '../../autosys/network-fault.ts';
import { BridgeError } from '../errors.ts';
import { type Finding, type FindingDetails, found, isFailure } from './finding.ts';

/** What came of resolving, connecting and TLS; `probeEndpoint` of the AEWS client. */
export interface Probed {
  /** Host and port. */
  readonly endpoint: string;
  readonly fault?: NetworkFault;
  readonly reason?: string;
  readonly certificateEnd?: Date;
}

export interface NetworkDeps {
  readonly endpoints: readonly string[];
  /** @throws {BridgeError} where the certificates to trust cannot be read */
  readonly probe: (endpoint: string, signal: AbortSignal) => Promise<Probed>;
  readonly now: () => Date;
}

/** A certificate that ends sooner is told of. */
export const soonDays = 30;
const dayMs = 86_400_000;

/** Looks at the way to each endpoint; no login is sent. */
export async function examineNetwork(
  { endpoints, probe, now }: NetworkDeps,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        return toFinding(await probe(endpoint, signal), now());
      } catch (error) {
        if (error instanceof BridgeError) return found('authoritiesUnreadable', error.message);
        throw error;
      }
    }),
  );
  // AutoSys is reached all the same; it is the failover that would not be.
  return findings.every(isFailure)
    ? findings
    : findings.map((one) =>
        isFailure(one)
          ? { ...one, grade: 'warning', says: `${one.says}; another endpoint serves` }
          : one,
      );
}

/** Whether a login may be sent to one of them. */
export function isReachable(findings: readonly Finding[]): boolean {
  return findings.some(({ verdict }) => verdict === 'trusted' || verdict === 'expiresSoon');
}

function toFinding({ endpoint, fault, reason, certificateEnd }: Probed, now: Date): Finding {
  const daysLeft = certificateEnd && Math.floor((certificateEnd.getTime() - now.getTime()) / dayMs);
  const details: FindingDetails = {
    endpoint,
    ...(daysLeft !== undefined && { certificateDaysLeft: daysLeft }),
  };
  if (fault) return found(fault, `${endpoint}: ${reason ?? fault}`, details);
  const end = certificateEnd?.toISOString().slice(0, 10);
  const until = end === undefined ? '' : `, certificate until ${end}`;
  const isSoon = daysLeft !== undefined && daysLeft < soonDays;
  return isSoon
    ? found(
        'expiresSoon',
        `${endpoint}: its certificate ends on ${end}, in ${daysLeft} days`,
        details,
      )
    : found('trusted', `${endpoint}: reached, trusted${until}`, details);
}
