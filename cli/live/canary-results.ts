import { createReadLogLines } from '../../lambda/aws/read-canary-log.ts';
import type { AwsHome } from './aws-home.ts';
import type { CanaryResult } from './judge-sending.ts';
import type { LiveDeps } from './live-deps.ts';

/** Time in which the log of the canary is read. By default it runs every 15 minutes. */
const windowMs = 2 * 3_600_000;

/** The last result of the canary by instance. Empty if its log is not known or cannot be read. */
export async function readCanaryResults(
  { home, stack }: Pick<AwsHome, 'home' | 'stack'>,
  { httpsAgent, signal, now }: LiveDeps,
): Promise<ReadonlyMap<string, CanaryResult>> {
  if (stack.kind === 'unread' || home === undefined) return new Map();
  const group = stack.value.outputs['CanaryLogGroupName'];
  if (group === undefined) return new Map();
  const read = createReadLogLines({ region: home.region, httpsAgent });
  const toMs = now().getTime();
  const answer = await read({ group, fromMs: toMs - windowMs, toMs }, signal);
  // The result is evidence beside the row, so its absence is no result of its own.
  return answer.kind === 'found' ? toCanaryResults(answer.lines) : new Map();
}

/** The last result by instance in the lines of the log. Other lines are ignored. Pure. */
export function toCanaryResults(lines: readonly string[]): ReadonlyMap<string, CanaryResult> {
  const results = new Map<string, CanaryResult>();
  for (const line of lines) {
    const { message, autosysInstance, timestamp, reason } = parseLine(line);
    const atMs = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
    if (typeof autosysInstance !== 'string' || Number.isNaN(atMs)) continue;
    if (message !== 'canary passed' && message !== 'canary step failed') continue;
    const known = results.get(autosysInstance);
    if (known && known.atMs > atMs) continue;
    const why = typeof reason === 'string' ? { reason: reason.slice(0, 300) } : {};
    const passed = message === 'canary passed';
    results.set(autosysInstance, { atMs, passed, ...(!passed && why) });
  }
  return results;
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    // Lambda writes lines of its own, which are not JSON.
    return {};
  }
}
