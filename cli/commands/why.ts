import { parseAutosysInstance, parseJobName } from '../../autosys/names.ts';
import { defineCommand } from '../command.ts';
import { connectionOptions } from '../connection.ts';
import { CommandLineError, type ExitCode, exitCodes } from '../exit-code.ts';
import { jilOption } from '../jil-option.ts';
import { ledgerOptions } from '../ledger/open.ts';
import { createPaint, printJson, printLines } from '../render.ts';
import { toAnswerDocument } from '../why/answer-document.ts';
import { answerWhy } from '../why/answer-why.ts';
import { whyLimits } from '../why/call-budget.ts';
import { openWhyContext } from '../why/open-context.ts';
import { printAnswer, toChainOfAnswers } from '../why/print-answer.ts';
import type { WhyAnswer } from '../why/why-answer.ts';

/** `why`: prints why a job waits, or why it started. Changes nothing. */
export const why = defineCommand({
  name: 'why',
  summary: 'prints why an AutoSys job waits or why it started, from AutoSys and the ledger',
  options: {
    instance: { type: 'string', value: 'ACE', about: 'AutoSys instance of the job' },
    config: {
      type: 'string',
      value: 'FILE',
      about:
        'route file: time zone and maintenance windows of the instance, routes that set a variable, expected ends of runs',
    },
    ...jilOption,
    ...ledgerOptions,
    ...connectionOptions,
  },
  positionals: { value: 'JOB', about: 'name of the job; case-sensitive' },
  usage: 'JOB --instance ACE [--config FILE] [--jil FILE] [--table NAME] [options]',
  notes: [
    'The first line is the cause. Then, for each job of the chain: its state, its condition with the truth of each term, and for a variable or status that the bridge sets the entry, the run in AWS, the event id and the times.',
    'A term that cannot be decided is unknown; nothing is assumed. What could not be read is listed with the reason, and the command ends with 3. An unknown job ends with 1.',
    `Nothing is changed. One answer reads AutoSys at most ${whyLimits.autosys} times and the ledger at most ${whyLimits.ledger} times, and follows at most ${whyLimits.depth} jobs. Without --table and $LEDGER_TABLE it reads AutoSys only.`,
  ],
  examples: [
    'why LOAD_SETTLEMENT --instance ACE',
    'why LOAD_SETTLEMENT --instance ACE --config bridge.yaml --json',
    'why LOAD_SETTLEMENT --instance ACE --jil jobs.jil',
  ],
  run: async ({ options, positionals, json, io }) => {
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0 || options.instance === undefined) {
      throw new CommandLineError('why', [
        ...(name === undefined || more.length > 0
          ? [`expected one JOB, found ${name === undefined ? 'none' : positionals.length}`]
          : []),
        ...(options.instance === undefined
          ? ['--instance: missing, give the AutoSys instance of the job, such as ACE']
          : []),
      ]);
    }
    const job = parseJobName(name);
    const instance = parseAutosysInstance(options.instance);
    await using opened = await openWhyContext({ instance, options, io, json });
    const { context, budget } = opened;
    const answer = await answerWhy(job, context);
    const calls = budget.used;
    if (json) printJson(io.stdout, toAnswerDocument(answer, { ...context, calls }));
    else {
      const paint = createPaint(io.stdout, io.env);
      printLines(io.stdout, printAnswer(answer, { ...context, calls, paint }));
    }
    return toWhyExitCode(answer);
  },
});

/** 1 for an unknown job, 3 if something could not be read or decided, else 0. */
function toWhyExitCode(answer: WhyAnswer): ExitCode {
  if (answer.outcome === 'unknownJob') return exitCodes.rejected;
  const isPartial = toChainOfAnswers(answer).some(
    ({ outcome, unread, terms }) =>
      outcome === 'unread' || unread.length > 0 || terms.some(({ truth }) => truth === 'unknown'),
  );
  return isPartial ? exitCodes.unknown : exitCodes.done;
}
