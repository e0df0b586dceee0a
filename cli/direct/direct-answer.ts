import { nothingStarted, type RunAnswer } from '../../lambda/launch/api.ts';
import type { Launch } from '../../lambda/launch/launch.ts';
import { isStopping } from '../../lambda/launch/stop/stop-record.ts';
import { toRunAnswer } from '../../lambda/launch/to-run-answer.ts';
import type { ApiOutcome } from '../agent/api/outcome.ts';
import type { DirectFacts } from './direct-facts.ts';
import { refuseDirect } from './outcomes.ts';
import { toDirectPollSeconds } from './pace.ts';

/**
 * Between two steps of a stop. Each looks at every part that is still active. The first ones follow at
 * once: a legacy agent sends SIGKILL five seconds after the first signal (documented).
 */
const stopSeconds = { first: 1, later: 10, laterFromMs: 10_000 } as const;
/** Between two look-ups of a Batch job whose SubmitJob has no answer. */
const lookUpSeconds = 10;

/** The answer about the run in memory, as the launch API gives it. @param status HTTP status of the API */
export function toDirectAnswer(
  { memory, target, home, now, random }: DirectFacts,
  launch: Launch,
  status: number,
): Extract<ApiOutcome<RunAnswer>, { readonly kind: 'answer' }> {
  const nowMs = now().getTime();
  const facts = { target: target(), region: home.region, nowMs, random: 0 };
  const { retryAfter, ...answer } = toRunAnswer(launch, memory.run(), facts);
  const seconds = toSeconds(launch, nowMs, random());
  const body = { ...answer, ...(retryAfter !== undefined && { retryAfter: seconds }) };
  return { kind: 'answer', status, body, retryAfterMs: undefined };
}

function toSeconds({ stop, stage, requestedMs }: Launch, nowMs: number, jitter: number): number {
  if (stop !== undefined && isStopping(stop)) {
    const isFirst = nowMs - stop.requestedMs < stopSeconds.laterFromMs;
    return isFirst ? stopSeconds.first : stopSeconds.later + jitter;
  }
  return stage === 'intended'
    ? lookUpSeconds + jitter
    : toDirectPollSeconds(nowMs - requestedMs, jitter);
}

/** The refusal of a name that AWS does not have. */
export function refuseUnknownRun(name: string): ApiOutcome<never> {
  return refuseDirect(nothingStarted.usage, [
    `error: AWS has no run ${name.slice(0, 128)} of the target`,
    'check the name and the target; AWS shows an execution for 90 days after its end, and a Batch job for about 7',
  ]);
}
