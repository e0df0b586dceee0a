import type { CanaryClient } from './canary-client.ts';
import { createFinding, type Finding, isRefused } from './finding.ts';
import { type ScratchDeps, setAndReadBack } from './scratch.ts';

/** A wire profile that may be tried. */
export interface Candidate {
  readonly name: string;
  readonly client: CanaryClient;
  /** Whether the profile can set a global variable; otherwise it is skipped. */
  readonly setsGlobals: boolean;
  /** Whether the profile can read a global variable. */
  readonly readsGlobals: boolean;
}

/** Read request for a global variable, taken from another wire profile. */
export interface ReadFallback {
  readonly client: CanaryClient;
  /** The entry for the route file, on one line. */
  readonly entry: string;
}

interface TriedProfile {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Maximum wait for the value per candidate. Short, since each candidate may wait this long. */
const maxWaitMs = 3_000;

/**
 * Tries wire profiles one after another with the scratch variable, until one works.
 *
 * Ends at once if AutoSys refuses the login.
 */
export async function searchProfile(
  { candidates, readFallback }: { candidates: readonly Candidate[]; readFallback?: ReadFallback },
  deps: ScratchDeps,
  signal: AbortSignal,
): Promise<Finding> {
  const tried: TriedProfile[] = [];
  const confirmWithinMs = Math.min(deps.confirmWithinMs, maxWaitMs);
  for (const candidate of candidates.filter(({ setsGlobals }) => setsGlobals)) {
    if (signal.aborted) break;
    const { name, client, readsGlobals } = candidate;
    const usesFallback = !readsGlobals && readFallback !== undefined;
    const clients = { sender: client, reader: usesFallback ? readFallback.client : client };
    const findings = await setAndReadBack(clients, { ...deps, confirmWithinMs }, signal);
    const refusal = findings.find(isRefused);
    if (refusal) return refusal;
    tried.push({ name, findings });
    const applied = findings.find(({ verdict }) => verdict === 'applied');
    if (applied) {
      const lines = usesFallback
        ? [...extend(name), `  readGlobalVariable: ${readFallback.entry}`]
        : use(name);
      const { roundTripMs = 0 } = applied;
      return toProfileFinding(name, 'sets the variable and reads it back', {
        tried,
        lines,
        roundTripMs,
      });
    }
  }
  // A release that cannot read variables can only accept the event.
  const accepted = tried.find(
    ({ findings }) => has(findings, 'accepted') && has(findings, 'unreadable'),
  );
  if (accepted) {
    const { name } = accepted;
    return toProfileFinding(name, 'sets the variable, which cannot be read back', {
      tried,
      lines: use(name),
    });
  }
  return createFinding('noProfileFound', `no other wire profile works (${describe(tried)})`);
}

const use = (name: string) => [`profile: ${name}`];
const extend = (name: string) => ['profile:', `  extends: ${name}`];

function toProfileFinding(
  name: string,
  how: string,
  {
    tried,
    ...details
  }: {
    readonly tried: readonly TriedProfile[];
    readonly lines: readonly string[];
    readonly roundTripMs?: number;
  },
): Finding {
  const others = tried.filter((one) => one.name !== name);
  const rest = others.length === 0 ? '' : ` (${describe(others)})`;
  const message = `the wire profile ${name} works: it ${how}${rest}`;
  return createFinding('profileFound', message, details);
}

function describe(tried: readonly TriedProfile[]): string {
  if (tried.length === 0) return 'there is no other to try';
  return tried.map(({ name, findings }) => `${name}: ${shorten(findings)}`).join('; ');
}

const shortWords: Readonly<Partial<Record<Finding['verdict'], string>>> = {
  noSuchEntry: 'unknown address',
  mayNotSet: 'not permitted',
  rejected: 'rejected',
  unexpectedAnswer: 'unexpected answer',
  notApplied: 'accepted, not applied',
  unreadable: 'accepted, cannot be read back',
  mayNotRead: 'accepted, reading not permitted',
};

function shorten(findings: readonly Finding[]): string {
  const { verdict } = findings.at(-1) ?? {};
  return (verdict && shortWords[verdict]) ?? 'no answer';
}

function has(findings: readonly Finding[], verdict: Finding['verdict']): boolean {
  return findings.some((one) => one.verdict === verdict);
}
