import { printJobs } from '../../autosys/jil/index.ts';
import { parseJobName } from '../../autosys/names.ts';
import type { Emulator } from '../../emulator/index.ts';

/** AutoSys does not allow the change. The message says why. */
export class IncidentError extends Error {
  override readonly name = 'IncidentError';
}

/**
 * Renames a job. AutoSys's own `rename_job` is not emulated: the job is deleted and defined again.
 *
 * @throws {IncidentError} if AutoSys refuses it, for example because the job is running
 */
export function moveJob({ instance }: Emulator, from: string, to: string): void {
  const record = instance.job(from);
  if (record === undefined) throw new IncidentError(`AutoSys has no job ${from} any more`);
  const definition = printJobs([{ ...record.job, name: parseJobName(to) }]);
  const text = `delete_job: ${from}\n\n${definition}`;
  const { ok, messages } = instance.loadJil({ name: 'break', text });
  if (!ok) throw new IncidentError(`${from} was not renamed: ${messages.join(' ')}`);
}

/** The new name of a job, within 64 characters. */
export function toRenamed(job: string): string {
  return `${job.slice(0, 56)}_RENAMED`;
}
