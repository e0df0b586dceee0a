import { parseAutosysInstance, parseJobName } from '../../../autosys/names.ts';
import { createTimeFormat } from '../../../cli/ledger/times.ts';
import { answerWhy } from '../../../cli/why/answer-why.ts';
import { CallBudget, type CallCounts } from '../../../cli/why/call-budget.ts';
import { toConfigFacts } from '../../../cli/why/open-context.ts';
import { printAnswer } from '../../../cli/why/print-answer.ts';
import { createWhyAutosys, type WhyClient } from '../../../cli/why/read-autosys.ts';
import { createWhyLedger } from '../../../cli/why/read-ledger.ts';
import type { WhyAnswer } from '../../../cli/why/why-answer.ts';
import type { WhyContext } from '../../../cli/why/why-context.ts';
import type { SearchableTable } from '../../../lambda/ledger/table.ts';
import type { BridgeConfig } from '../../../lambda/routing/routes.ts';
import type { Bridge } from '../../support/bridge.ts';

/** An answer, its lines, and the reads that it took. */
export interface AskedWhy {
  readonly answer: WhyAnswer;
  readonly text: string;
  readonly calls: CallCounts;
}

/** Options of {@link askWhy}. */
export interface AskWhyOptions extends Partial<Pick<WhyContext, 'routesOf' | 'endsWithinMs'>> {
  readonly jil?: string;
  /** The compiled route file. @default - none is given */
  readonly config?: BridgeConfig;
  /** Whether this AutoSys cannot list the events of a job. @default false */
  readonly hidesEvents?: boolean;
  readonly limits?: CallCounts;
  readonly openWindow?: Parameters<typeof createWhyLedger>[0]['openWindow'];
}

/** Answers `why` for a job of the bridge's AutoSys, on its clock and its ledger. */
export async function askWhy(
  { autosys, table }: Pick<Bridge, 'autosys' | 'table'>,
  name: string,
  { jil, config, hidesEvents = false, limits, openWindow, ...more }: AskWhyOptions = {},
): Promise<AskedWhy> {
  const now = autosys.clock.now();
  const { timezone } = autosys.emulator.instance;
  const instance = parseAutosysInstance('ACE');
  const formatTime = createTimeFormat(timezone, now.getTime()).short;
  const budget = new CallBudget(limits);
  const context: WhyContext = {
    autosys: createWhyAutosys({
      client: hidesEvents ? withoutEvents(autosys.client) : autosys.client,
      budget,
      signal: new AbortController().signal,
      ...(jil !== undefined && { jil: { name: 'jobs.jil', text: jil } }),
    }),
    ledger: createWhyLedger({
      // Safe: the table in memory can be searched.
      table: table as unknown as SearchableTable,
      ...{ instance, budget, formatTime, openWindow },
      groupOf: config && ((group) => config.groups?.find((one) => one.name === group)),
      now: () => now,
    }),
    ...{ instance, now, nowMs: now.getTime(), timezone, formatTime },
    ...(config && toConfigFacts(config, instance)),
    ...more,
  };
  const answer = await answerWhy(parseJobName(name), context);
  const paint = (_: string, text: string) => text;
  const lines = printAnswer(answer, { ...context, calls: budget.used, paint });
  return { answer, text: lines.join('\n'), calls: budget.used };
}

/** A client of a release that cannot list the events of a job. */
function withoutEvents(client: WhyClient): WhyClient {
  return {
    readJob: (...call) => client.readJob(...call),
    readJobs: (...call) => client.readJobs(...call),
    readJobEvents: async () => ({ kind: 'unreadable', reason: 'hidden' }),
    readGlobalVariable: (...call) => client.readGlobalVariable(...call),
    readGlobalVariables: (...call) => client.readGlobalVariables(...call),
    readJil: (...call) => client.readJil(...call),
    runCommand: (...call) => client.runCommand(...call),
  };
}
