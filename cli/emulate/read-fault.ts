import { didYouMean } from '../../autosys/suggest.ts';
import {
  acceptAndLose,
  answerAfter,
  compress,
  contentEncodings,
  emptyBody,
  type Fault,
  type FaultScope,
  garbage,
  halfAResponse,
  neverAnswer,
  refuseConnection,
  resetAfterAccept,
  resetBeforeAnswer,
  respond,
  respondEmpty,
  respondWithPage,
  slowBody,
} from '../../emulator/index.ts';

/** Injected faults by their names on the command line. */
const plainFaults: Readonly<Record<string, Fault>> = {
  'refuse-connection': refuseConnection,
  'reset-before-answer': resetBeforeAnswer,
  'reset-after-accept': resetAfterAccept,
  'never-answer': neverAnswer,
  garbage,
  'half-a-response': halfAResponse,
  'accept-and-lose': acceptAndLose,
  'empty-body': emptyBody,
  ...Object.fromEntries(contentEncodings.map((name) => [`compress-${name}`, compress(name)])),
};
const millisecondFaults: Readonly<Record<string, (ms: number) => Fault>> = {
  'answer-after': answerAfter,
  'slow-body': slowBody,
};
const statusFaults: Readonly<Record<string, (status: number) => Fault>> = {
  respond: (status) => respond(status),
  page: (status) => respondWithPage(status),
  empty: (status) => respondEmpty(status),
  'compressed-page': (status) => respondWithPage(status, { encoding: 'gzip' }),
};

const names: readonly string[] = [
  ...Object.keys(plainFaults),
  ...Object.keys(millisecondFaults),
  ...Object.keys(statusFaults),
];

/** The format of each fault, for --help and messages. */
export const faultNames: readonly string[] = [
  ...Object.keys(plainFaults),
  ...Object.keys(millisecondFaults).map((name) => `${name}=MS`),
  ...Object.keys(statusFaults).map((name) => `${name}=STATUS`),
];

/** A fault with its scope, or why the text is invalid. */
export type FaultReading =
  | { readonly fault: FaultScope & { readonly fault: Fault } }
  | { readonly invalid: string };

/**
 * Reads `NAME[=NUMBER][@PATH][:TIMES]`, such as `respond=503@event/:3` or `never-answer:always`.
 * TIMES defaults to 1.
 */
export function readFault(text: string): FaultReading {
  const match = /^([a-z-]+)(?:=(\d{1,6}))?(?:@([^:]+))?(?::(\d{1,6}|always))?$/.exec(text);
  const [, name = '', number, path, times] = match ?? [];
  const fault = toFault(name, number);
  if (!fault) {
    const found = JSON.stringify(text.slice(0, 40));
    const hint = didYouMean(/^[a-z-]*/i.exec(text)?.[0] ?? '', names);
    return {
      invalid: `--fault: expected NAME[=NUMBER][@PATH][:TIMES] with one of ${faultNames.join(' ')}, found ${found}${hint}`,
    };
  }
  return {
    fault: {
      fault,
      ...(path !== undefined && { path }),
      ...(times !== undefined && { times: times === 'always' ? times : Number(times) }),
    },
  };
}

function toFault(name: string, number: string | undefined): Fault | undefined {
  if (number === undefined) return ownOf(plainFaults, name);
  const status = ownOf(statusFaults, name);
  if (status === undefined) return ownOf(millisecondFaults, name)?.(Number(number));
  return /^[1-5]\d\d$/.test(number) ? status(Number(number)) : undefined;
}

function ownOf<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
