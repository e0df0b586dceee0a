import type { NetworkFault } from '../../autosys/network-fault.ts';
import { BridgeError } from '../errors.ts';
import { createFinding, type Finding, type FindingDetails, isFailure } from './finding.ts';

/** Result of resolving the name, connecting and TLS; `probeEndpoint` of the AEWS client. */
export interface Probed {
  /** Host and port. */
  readonly endpoint: string;
  readonly fault?: NetworkFault;
  readonly reason?: string;
  readonly certificateEnd?: Date;
}

export interface NetworkDeps {
  readonly endpoints: readonly string[];
  /** @throws {BridgeError} if the CA certificates cannot be read */
  readonly probe: (endpoint: string, signal: AbortSignal) => Promise<Probed>;
  readonly now: () => Date;
}

/** Minimum remaining validity of a certificate, in days; below it a warning is given. */
export const warnBelowDays = 30;
const dayMs = 86_400_000;

/** Examines the connection to each endpoint. No login is sent. */
export async function examineNetwork(
  { endpoints, probe, now }: NetworkDeps,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        return toFinding(await probe(endpoint, signal), now());
      } catch (error) {
        if (error instanceof BridgeError)
          return createFinding('authoritiesUnreadable', error.message);
        throw error;
      }
    }),
  );
  // If one endpoint works, a fault of another is a warning: failover would not work.
  return findings.every(isFailure)
    ? findings
    : findings.map((one) =>
        isFailure(one)
          ? { ...one, grade: 'warning', message: `${one.message}; another endpoint works` }
          : one,
      );
}

/** Whether a login may be sent to at least one endpoint. */
export function isReachable(findings: readonly Finding[]): boolean {
  return findings.some(({ verdict }) => verdict === 'trusted' || verdict === 'expiresSoon');
}

function toFinding({ endpoint, fault, reason, certificateEnd }: Probed, now: Date): Finding {
  const daysLeft = certificateEnd && Math.floor((certificateEnd.getTime() - now.getTime()) / dayMs);
  const details: FindingDetails = {
    endpoint,
    ...(daysLeft !== undefined && { certificateDaysLeft: daysLeft }),
  };
  if (fault) return createFinding(fault, `${endpoint}: ${reason ?? fault}`, details);
  const end = certificateEnd?.toISOString().slice(0, 10);
  const until = end === undefined ? '' : `, valid until ${end}`;
  const isSoon = daysLeft !== undefined && daysLeft < warnBelowDays;
  return isSoon
    ? createFinding(
        'expiresSoon',
        `${endpoint}: its certificate expires on ${end}, in ${daysLeft} days`,
        details,
      )
    : createFinding('trusted', `${endpoint}: connected, certificate trusted${until}`, details);
}
