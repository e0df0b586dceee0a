import { type Finding, found, isRefused } from './finding.ts';
import { type ScratchDeps, setAndReadBack } from './scratch.ts';
import type { CanaryClient } from './speech.ts';

/** A wire profile that may be tried. */
export interface Candidate {
  readonly name: string;
  readonly speaker: CanaryClient;
  /** Whether it has a request that sets a global variable; what has none is passed over. */
  readonly setsGlobals: boolean;
  /** Whether it has a request that reads one. */
  readonly readsGlobals: boolean;
}

/** A way to read a global variable, of another profile. */
export interface LentReading {
  readonly speaker: CanaryClient;
  /** The entry as the route file takes it, on one line. */
  readonly entry: string;
}

interface Tried {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Short, as every candidate may wait so long. */
const longestWaitMs = 3_000;

/**
 * Tries wire profiles in turn with the scratch variable, until one is seen to work.
 *
 * Ends at once where the login is refused.
 */
export async function searchProfile(
  { candidates, lent }: { candidates: readonly Candidate[]; lent?: LentReading },
  deps: ScratchDeps,
  signal: AbortSignal,
): Promise<Finding> {
  const tried: Tried[] = [];
  const confirmWithinMs = Math.min(deps.confirmWithinMs, longestWaitMs);
  for (const candidate of candidates.filter(({ setsGlobals }) => setsGlobals)) {
    if (signal.aborted) break;
    const { name, speaker, readsGlobals } = candidate;
    const borrows = !readsGlobals && lent !== undefined;
    const both = { speaker, reader: borrows ? lent.speaker : speaker };
    const findings = await setAndReadBack(both, { ...deps, confirmWithinMs }, signal);
    const refusal = findings.find(isRefused);
    if (refusal) return refusal;
    tried.push({ name, findings });
    const applied = findings.find(({ verdict }) => verdict === 'applied');
    if (applied) {
      const lines = borrows ? [...extend(name), `  readGlobalVariable: ${lent.entry}`] : use(name);
      const { roundTripMs = 0 } = applied;
      return toSpoken(name, 'sets and shows it', { tried, lines, roundTripMs });
    }
  }
  // Taken and never shown is the most that a release without read-back can do.
  const taken = tried.find(({ findings }) => has(findings, 'taken') && has(findings, 'unreadable'));
  if (taken) {
    const { name } = taken;
    return toSpoken(name, 'takes it, which cannot be read back', { tried, lines: use(name) });
  }
  return found('speaksNone', `no other wire profile works (${describe(tried)})`);
}

const use = (name: string) => [`profile: ${name}`];
const extend = (name: string) => ['profile:', `  extends: ${name}`];

function toSpoken(
  name: string,
  how: string,
  {
    tried,
    ...details
  }: {
    readonly tried: readonly Tried[];
    readonly lines: readonly string[];
    readonly roundTripMs?: number;
  },
): Finding {
  const others = tried.filter((one) => one.name !== name);
  const rest = others.length === 0 ? '' : ` (${describe(others)})`;
  const says = `this AutoSys speaks the wire profile ${name}: it ${how}${rest}`;
  return found('speaks', says, details);
}

function describe(tried: readonly Tried[]): string {
  if (tried.length === 0) return 'there is none to try';
  return tried.map(({ name, findings }) => `${name}: ${shorten(findings)}`).join('; ');
}

const shortWords: Readonly<Partial<Record<Finding['verdict'], string>>> = {
  noSuchEntry: 'no such address',
  mayNotSet: 'not permitted',
  notTaken: 'refused',
  notUnderstood: 'answered otherwise',
  notApplied: 'taken, not applied',
  unreadable: 'taken, cannot be read back',
  mayNotRead: 'taken, reading not permitted',
};

function shorten(findings: readonly Finding[]): string {
  const { verdict } = findings.at(-1) ?? {};
  return (verdict && shortWords[verdict]) ?? 'no answer';
}

function has(findings: readonly Finding[], verdict: Finding['verdict']): boolean {
  return findings.some((one) => one.verdict === verdict);
}
