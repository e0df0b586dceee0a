import type { RequestSystem } from '../simulate-requests.ts';
import { toRetry, toVisits, type Visit } from './visits.ts';

/** Failures after which a Retrier asks for another run. */
const jobErrors =
  /^(AutoSys\.(JobFailed|JobTerminated|Timeout)|States\.(Timeout|HeartbeatTimeout))$/;

/** Checks the runs and kills of each visit of a state, by what its Retrier has seen. */
export function judgeVisits(system: RequestSystem): readonly string[] {
  return toVisits(system.calls.invoked).flatMap((visit) => [
    ...judgeStarts(visit, system),
    ...judgeLiving(visit, system),
  ]);
}

/** A job is started once, and once more for each failure of the job that the state was informed of. */
function judgeStarts(visit: Visit, { autosys, watched, stepFunctions }: RequestSystem) {
  const { entry, key, invocations } = visit;
  const ids = toIds(visit, watched);
  const starts = autosys.installation.recorder.acceptedEvents.filter(
    ({ event }) =>
      event.kind.endsWith('STARTJOB') &&
      'comment' in event &&
      ids.some((id) => event.comment?.includes(id)),
  );
  const received = new Set(
    invocations.flatMap((one) => {
      const task = stepFunctions.tasks.get(String(one.payload['token']));
      const error = task?.end?.kind === 'failure' ? task.end.error : undefined;
      const returned = one.end?.kind === 'failure' ? one.end.errorType : '';
      return jobErrors.test(error ?? returned) ? [toRetry(one)] : [];
    }),
  );
  return starts.length > 1 + received.size
    ? [
        `${entry} ${key} has started its job ${starts.length} times, and received ${received.size} failures`,
      ]
    : [];
}

/** The run of a state that asks on is not killed. */
function judgeLiving(visit: Visit, { autosys, watched }: RequestSystem): readonly string[] {
  const ids = toIds(visit, watched);
  return autosys.kills.flatMap(({ atMs, request, run, job }) => {
    if (run === undefined || !ids.includes(request)) return [];
    // The time of the request was over, and its state did not take the answer.
    if ((watched.find(request)?.request.wait?.untilMs ?? 0) <= atMs) return [];
    const before = visit.invocations.filter(({ invokedMs }) => invokedMs < atMs).map(toRetry);
    const living = visit.invocations.some(
      (one) => one.invokedMs > atMs && toRetry(one) > Math.max(...before),
    );
    return living ? [`run ${run} of ${job} was killed, although ${visit.key} asked again`] : [];
  });
}

function toIds({ entry, key }: Visit, watched: RequestSystem['watched']): readonly string[] {
  return [...watched.byKey.values()]
    .filter(({ request }) => request.entry === entry && request.key === key)
    .map(({ id }) => id);
}
