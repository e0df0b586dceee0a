import {
  type AutosysInstance,
  parseAutosysInstance,
  parseGlobalName,
  parseJobName,
} from '../../autosys/names.ts';
import { toTargetKey } from '../../lambda/report/ledger/rows.ts';
import { defineCommand } from '../command.ts';
import { CommandLineError, exitCodes, NoSuchEntryError } from '../exit-code.ts';
import { describeWhole, toDocument } from '../ledger/describe.ts';
import { ledgerOptions, openLedger, readKept } from '../ledger/open.ts';
import { createPaint, printJson, printLines } from '../render.ts';

/** Tells what the ledger knows of one target; changes nothing. */
export const status = defineCommand({
  name: 'status',
  summary: 'tells what the ledger knows of a global variable, or of the status of a job',
  options: {
    ...ledgerOptions,
    instance: { type: 'string', value: 'ACE', about: 'the AutoSys instance of the target' },
    job: { type: 'string', value: 'JOB', about: 'the AutoSys job whose status is the target' },
  },
  positionals: { value: 'GLOBAL', about: 'the global variable that is the target' },
  usage: 'GLOBAL|--job JOB --instance ACE [--table NAME] [options]',
  notes: [
    'Stage, version, lease, next try, and the story, oldest first. The ledger keeps the newest wish for each target; a one-off such as FORCE_STARTJOB is an entry of its own, which `parked` shows when a person must look.',
    'The ledger has no index by run, so a run cannot be looked up by its ARN.',
  ],
  examples: ['status AWS_SETTLEMENT --instance ACE', 'status --job RISK_IN_AWS --instance ACE'],
  run: async ({ options, positionals, json, io }) => {
    const { instance, target } = readTarget({ ...options, positionals });
    const table = openLedger('status', options, io);
    const kept = await readKept(table, toTargetKey(instance, target));
    if (!kept) {
      throw new NoSuchEntryError(
        `the ledger knows nothing of ${target} on ${instance}: no route has written it, or not for 90 days`,
      );
    }
    if (json) printJson(io.stdout, toDocument(kept));
    else printLines(io.stdout, describeWhole(kept, createPaint(io.stdout, io.env)));
    return exitCodes.done;
  },
});

interface Given {
  readonly instance: string | undefined;
  readonly job: string | undefined;
  readonly positionals: readonly string[];
}

function readTarget({ instance, job, positionals }: Given): {
  readonly instance: AutosysInstance;
  readonly target: `${'global' | 'job'} ${string}`;
} {
  const [globalVariable, ...more] = positionals;
  const faults: string[] = [];
  if ([globalVariable, job].some((text) => text?.startsWith('arn:'))) {
    faults.push(
      'an ARN cannot be looked up, since the ledger has no index by run; name the target that its route writes, GLOBAL or --job JOB',
    );
  } else if ((globalVariable === undefined) === (job === undefined) || more.length > 0) {
    faults.push('expected one target, either GLOBAL or --job JOB');
  }
  if (instance === undefined) {
    faults.push('--instance: expected the AutoSys instance of the target, found nothing');
  }
  if (faults.length > 0 || instance === undefined) throw new CommandLineError('status', faults);
  const target =
    job === undefined
      ? (`global ${parseGlobalName(globalVariable ?? '')}` as const)
      : (`job ${parseJobName(job)}` as const);
  return { instance: parseAutosysInstance(instance), target };
}
