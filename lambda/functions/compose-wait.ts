import { parseAutosysInstance, parseJobName } from '../../autosys/names.ts';
import { createHandleHint, type HintedJob } from '../launch/handle-hint.ts';
import { createLaunchTelemetry } from '../launch/launch-telemetry.ts';
import { createCarryOut } from '../request/carry-out.ts';
import { createStoredRequests } from '../request/requests.ts';
import { createRunWaits } from '../request/wait/run-waits.ts';
import { createWaitPasses, type WaitPasses } from '../request/wait/wait-pass.ts';
import { createWaitTelemetry } from '../request/wait/wait-telemetry.ts';
import { createLogDefect } from '../telemetry/defects.ts';
import type { Log } from '../telemetry/report-telemetry.ts';
import { composeBridge } from './compose.ts';
import { composeTaskCalls } from './compose-task-calls.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Time limit of the work on one hint, in milliseconds. API Gateway ends a request after 29 s.
 */
const hintMs = 20_000;

/**
 * Creates the wait function: the scheduled passes, and the handling of hints that a job has ended.
 *
 * @throws {ConfigError}
 */
export function composeWait(env: Env, log: Log) {
  const { bridge, home, deps, metrics, keepSlots } = composeBridge(env, log);
  const { table, now, sleep, newLeaseId, autosysFor, circuitBreakers, onDefect, leaseMs } = deps;
  const { targets, callers, requests: entries = [] } = bridge;
  const instances = bridge.instances.map(({ name }) => name);
  const mayKill = (entry: string) => entries.some((one) => one.name === entry && one.mayKill);
  const recordPass = createWaitTelemetry({ log, metrics }, now);
  const passes = createWaitPasses({
    ...{ table, now, sleep, newLeaseId, leaseMs, autosysFor, circuitBreakers, mayKill },
    onDefect: onDefect ?? createLogDefect(log),
    requests: createStoredRequests({ table, now }),
    carryOut: createCarryOut(deps),
    calls: composeTaskCalls(env, home),
  });
  // Between its passes the function sleeps, and must not hold requests of the login meanwhile.
  const runPass: WaitPasses['pass'] = (...of) => keepSlots(() => passes.pass(...of));
  const runWaits = createRunWaits({
    ...{ table, now, sleep, newLeaseId, onPass: recordPass },
    passes: { hasWaits: passes.hasWaits, pass: runPass },
    // An instance without an entry can still have waits of an earlier route file.
    instances,
  });
  const answerHint = createHandleHint({
    rules: { targets, callers, instances },
    notify: async (hinted: HintedJob, signal) => {
      const job = parseJobName(hinted.job);
      const instance = parseAutosysInstance(hinted.instance);
      const untilMs = now().getTime() + hintMs;
      const results = await passes.passJob({ instance, job }, { untilMs, signal });
      const answered = results.filter(({ kind }) => kind === 'answered' || kind === 'decided');
      return { waits: results.length, answered: answered.length };
    },
    onAnswer: createLaunchTelemetry({ log }),
    onDefect: createLogDefect(log),
  });
  const handleHint: typeof answerHint = (...of) => keepSlots(() => answerHint(...of));
  return { runWaits, handleHint, metrics, now };
}
