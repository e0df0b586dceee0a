import type { AutosysInstance } from '../../autosys/names.ts';
import type { ReadAsk } from './payload.ts';
import {
  type ReadAnswer,
  toGlobalReadAnswer,
  toJobRunsAnswer,
  toJobStatusAnswer,
} from './read-answers.ts';
import type { AutosysRead, ReadAutosys } from './read-autosys.ts';
import { createReadOneJob } from './read-one-job.ts';
import { RequestError } from './request-error.ts';

/** Creates the answers of the actions that only read. They have no row, and each reads AutoSys. */
export function createAnswerRead({
  readAutosys,
  timezoneOf,
  now,
}: {
  readonly readAutosys: ReadAutosys;
  readonly now: () => Date;
  /** Timezone of the scheduler of an instance. */
  readonly timezoneOf: (instance: AutosysInstance) => string;
}) {
  const readOneJob = createReadOneJob({ now });

  /** @throws {RequestError} `AutoSys.Pending` or `AutoSys.Rejected` */
  return async function answerRead(
    instance: AutosysInstance,
    ask: ReadAsk,
    signal: AbortSignal,
  ): Promise<ReadAnswer> {
    const timezone = timezoneOf(instance);
    switch (ask.action) {
      case 'getGlobal': {
        const { global } = ask;
        const read = await readAutosys(
          instance,
          (port) => port.readGlobalVariable(global, { signal }),
          signal,
        );
        return toGlobalReadAnswer(global, need(read));
      }
      case 'jobStatus': {
        const { job } = ask;
        const read = await readAutosys(
          instance,
          (port, jobs) => readOneJob(instance, { port, jobs }, { job, signal }),
          signal,
        );
        return toJobStatusAnswer(job, need(read), timezone);
      }
      default: {
        const { job, runs } = ask;
        const read = await readAutosys(
          instance,
          async (port) => port.readJobRuns?.(job, { runs, signal }),
          signal,
        );
        const view = need(read);
        if (view?.kind === 'runs') return toJobRunsAnswer(job, view.runs, timezone);
        const reason = view?.reason ?? 'the AutoSys client has no such read';
        throw new RequestError('AutoSys.Rejected', `the runs of ${job} cannot be read: ${reason}`);
      }
    }
  };
}

/** @throws {RequestError} if AutoSys was not read */
function need<Value>(read: AutosysRead<Value>): Value {
  switch (read.kind) {
    case 'read':
      return read.value;
    case 'away':
      throw new RequestError('AutoSys.Pending', `${read.reason}; send the same request again`);
    default:
      throw new RequestError('AutoSys.Rejected', read.reason);
  }
}
