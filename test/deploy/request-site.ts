import type { Source } from '../../autosys/source.ts';
import { blocksOf } from '../support/documents.ts';
import { executingMachine } from './launch-site.ts';
import { home } from './ministack.ts';

/** Entry of `requests:`, which is also the name of its alias. */
export const requestEntry = 'ledger-team';

/** State machines that ask AutoSys, with the definitions of docs/requests.md. */
export const asking = { jsonPath: 'ledger-day', jsonata: 'ledger-load' } as const;

/** Variable that the state `SetDay` sets. */
export const dayVariable = 'LEDGER_DAY';

/** Exit code of the jobs that succeed: it is above 0, so that an answer of 0 is noticed. */
export const successExitCode = 2;

/** Who may ask what: a part of a route file. */
export const requestEntries = `
requests:
  ${requestEntry}:
    callers:
${Object.values(asking)
  .map(
    (
      machine,
    ) => `      - stateMachine: arn:aws:states:${home.region}:${home.account}:stateMachine:${machine}
        role: arn:aws:iam::${home.account}:role/${machine}`,
  )
  .join('\n')}
    instance: ACE
    actions: [setGlobal, jobStatus, runJob]
    jobs: ["LOAD_*"]
    globals: ["LEDGER_*"]
`;

const commands = {
  LOAD_LEDGER: `sleep 1; exit ${successExitCode}`,
  LOAD_RATES: `exit ${successExitCode}`,
  LOAD_BAD: 'exit 7',
  /** The entry does not allow it. */
  PAY_OUT: 'exit 0',
} as const;

export type RequestJob = keyof typeof commands;

/** AutoSys jobs that are executed on this host. */
export const requestJobs: Source = {
  name: 'requests.jil',
  text: Object.entries(commands)
    .map(
      ([job, command]) => `
insert_job: ${job}   job_type: CMD
machine: ${executingMachine}
command: ${command}
max_exit_success: ${successExitCode}
`,
    )
    .join(''),
};

/** ARN of the alias in the documentation. */
const documentedAlias = `arn:aws:lambda:${home.region}:${home.account}:function:NAME:${requestEntry}`;

/** What is changed in the documented definitions, because MiniStack lacks it (`gaps.ts`). */
const changes = {
  /** The context object has no such field. */
  jsonPath: { '"redrive.$": "$$.Execution.RedriveCount"': '"redrive": 0' },
  jsonata: { '"{% $states.context.Execution.RedriveCount %}"': '0' },
  /** Every error of a function has this name. */
  both: { '"AutoSys.Pending"': '"AutoSys.Pending", "Runtime.HandlerError"' },
} as const;

/**
 * Reads a definition of docs/requests.md, with the alias of the deployed function.
 *
 * @throws {Error} when the page has no such definition, or not the text that is changed
 */
export function readDefinition(language: 'jsonPath' | 'jsonata', aliasArn: string): unknown {
  const isJsonata = ({ text }: { readonly text: string }) => text.includes('"JSONata"');
  const shown = blocksOf('docs/requests.md', 'json').find(
    (block) => block.text.includes('"StartAt"') && isJsonata(block) === (language === 'jsonata'),
  );
  let text = shown?.text ?? '';
  const replaced = { [documentedAlias]: aliasArn, ...changes[language], ...changes.both };
  for (const [from, to] of Object.entries(replaced)) {
    if (!text.includes(from)) {
      throw new Error(`docs/requests.md: expected ${from} in the definition in ${language}`);
    }
    text = text.replaceAll(from, () => to);
  }
  return JSON.parse(text);
}
