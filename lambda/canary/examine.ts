import type { JobName } from '../../autosys/names.ts';
import { type Finding, type FindingVerdict, found, isRefused } from './finding.ts';
import { examineJob } from './job.ts';
import { examineNetwork, isReachable, type NetworkDeps } from './network.ts';
import { type ScratchDeps, setAndReadBack } from './scratch.ts';
import { type Candidate, type LentReading, searchProfile } from './search.ts';
import type { SignIn } from './sign-in.ts';
import { type CanaryClient, toFailureFinding } from './speech.ts';

/** Why an AutoSys is left alone. */
export interface Closed {
  readonly kind: 'maintenance' | 'circuitOpen';
  readonly reason: string;
}

export interface ExamineDeps extends NetworkDeps, ScratchDeps {
  /** In a maintenance window nothing is sent. While the circuit breaker is open, no login is sent. */
  readonly standing: () => Promise<Closed | undefined>;
  readonly signIn: SignIn;
  /** Speaks the wire profile of the route file, with the login of {@link signIn}. */
  readonly speaker: CanaryClient;
  /** What may be tried where that profile does not work. @default - none is */
  readonly candidates?: readonly Candidate[];
  /** The way to read of the route file's profile, for candidates that have none. */
  readonly lent?: LentReading;
  /** Read, and sent a COMMENT. @default - no job is touched */
  readonly job?: JobName;
}

/**
 * Looks at one AutoSys from the name of its host to a value that it shows, step by step.
 *
 * Sets nothing but the scratch variable, and signs in with one login; after a refusal nothing more is sent. Ends where the
 * next step would tell nothing new.
 *
 * @throws what is a fault of ours, and nothing of AutoSys's or of a secret's
 */
export async function* examine(
  deps: ExamineDeps,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  const closed = await deps.standing();
  if (closed) yield found(closed.kind, closed.reason);
  if (closed?.kind === 'maintenance') return;

  const ways = await examineNetwork(deps, signal);
  yield* ways;
  if (closed) return;
  try {
    const prepared = await deps.signIn.prepare(signal);
    yield* prepared.findings;
    if (!prepared.ready) return;
    if (!isReachable(ways)) {
      yield found('unreachable', 'not signed in');
      return;
    }
    yield* speak(watch(deps), signal);
  } finally {
    await deps.signIn.end();
  }
}

/** Every refused login is recorded, whichever wire profile the request was in. */
function watch(deps: ExamineDeps): ExamineDeps {
  const { signIn, speaker, candidates, lent } = deps;
  return {
    ...deps,
    speaker: signIn.watch(speaker),
    ...(candidates && {
      candidates: candidates.map((one) => ({ ...one, speaker: signIn.watch(one.speaker) })),
    }),
    ...(lent && { lent: { ...lent, speaker: signIn.watch(lent.speaker) } }),
  };
}

/** How the login was met by the requests so far. */
type Proof = 'none' | 'taken' | 'refused';

async function* speak(deps: ExamineDeps, signal: AbortSignal): AsyncGenerator<Finding, void> {
  const { speaker, signIn, job } = deps;
  const first = await lookOnce(deps, signal);
  let { proof } = first;
  if (proof === 'taken') yield* await signIn.taken();
  if (speaker.clockDifference) yield toClockFinding(speaker.clockDifference.ms);
  if (first.end) {
    yield first.end;
    return;
  }
  const set = await setAndReadBack({ speaker, reader: speaker }, deps, signal);
  const findings = [...set, ...(await searchIfNeeded(set, deps, signal))];
  if (proof === 'none') {
    proof = toProof(findings);
    if (proof === 'taken') yield* await signIn.taken();
    if (proof === 'none') yield found('unproven', 'not known to be signed in');
  }
  yield* findings;
  // After a refusal nothing more is sent.
  if (findings.some(isRefused)) return;
  if (job !== undefined && proof === 'taken') yield* await examineJob(speaker, job, signal);
}

interface FirstLook {
  readonly proof: Proof;
  /** After it another request would tell nothing, or lock the account. */
  readonly end?: Finding;
}

/** The first request of all, which changes nothing. */
async function lookOnce(
  { speaker, globalVariable }: ExamineDeps,
  signal: AbortSignal,
): Promise<FirstLook> {
  try {
    const { kind } = await speaker.readGlobalVariable(globalVariable, { signal });
    // An address that nobody knows may be answered before anybody looks at the login.
    return { proof: kind === 'unreadable' ? 'none' : 'taken' };
  } catch (error) {
    const failure = toFailureFinding(error, { forbidden: 'mayNotRead', refused: 'unreadable' });
    switch (failure.verdict) {
      case 'loginRefused':
      case 'requestRefused':
      case 'unavailable':
      case 'unanswered':
        return { proof: 'none', end: failure };
      case 'mayNotRead':
        return { proof: 'taken' };
      default:
        return { proof: 'none' };
    }
  }
}

function toClockFinding(ms: number): Finding {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const direction = ms > 0 ? 'ahead of' : 'behind';
  return found('clockDiffers', `the clock of AutoSys is ${seconds} s ${direction} this one`);
}

/** What only somebody says who knows who asks. */
const provesLogin: ReadonlySet<FindingVerdict> = new Set([
  'taken',
  'mayNotSet',
  'notTaken',
  'speaks',
]);

function toProof(findings: readonly Finding[]): Proof {
  if (findings.some(({ verdict }) => verdict === 'loginRefused')) return 'refused';
  return findings.some(({ verdict }) => provesLogin.has(verdict)) ? 'taken' : 'none';
}

async function searchIfNeeded(
  set: readonly Finding[],
  deps: ExamineDeps,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { candidates = [], lent } = deps;
  const last = set.at(-1)?.verdict;
  const isUnspoken = last === 'noSuchEntry' || last === 'notUnderstood';
  const isUnseen = last === 'notApplied' || last === 'unreadable';
  if (candidates.length === 0 || signal.aborted || !(isUnspoken || isUnseen)) return [];
  const finding = await searchProfile({ candidates, ...(lent && { lent }) }, deps, signal);
  // Where the set was taken, only a profile that also shows it is news.
  const isNews = isUnspoken || finding.roundTripMs !== undefined;
  return isNews || isRefused(finding) ? [finding] : [];
}
