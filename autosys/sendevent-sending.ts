import { NameError } from './errors.ts';
import { type AutosysInstance, parseAutosysInstance } from './names.ts';

/** How an event is sent. */
export interface Sending {
  /** `-S`. @default - the local instance */
  readonly instance?: AutosysInstance;
  /** `-T`: the scheduler's local time as `MM/DD/YYYY HH:MM`. @default - immediately */
  readonly at?: string;
  /** `-P`: the priority of the event itself in the queue, 1 to 1000; 1 is the most urgent. */
  readonly eventPriority?: number;
  /** `-M`: the maximum number of attempts to send it. */
  readonly maxSendTries?: number;
  /** `-U`: cancel the last such event that is not yet processed. */
  readonly unsend?: true;
}

/** Reads the options of {@link Sending}. Adds what is wrong with them to `faults`. */
export function readSending(values: ReadonlyMap<string, string>, faults: string[]): Sending {
  const [instance, at, priority, tries] = [
    readInstance(values.get('-S'), faults),
    readTime(values.get('-T'), faults),
    readNumber('-P', values.get('-P'), { max: 1000, faults }),
    readNumber('-M', values.get('-M'), { max: 1_000_000, faults }),
  ];
  return {
    ...(instance && { instance }),
    ...(at !== undefined && { at }),
    ...(priority !== undefined && { eventPriority: priority }),
    ...(tries !== undefined && { maxSendTries: tries }),
    ...(values.has('-U') && { unsend: true as const }),
  };
}

function readInstance(text: string | undefined, faults: string[]): AutosysInstance | undefined {
  if (text === undefined) return undefined;
  try {
    return parseAutosysInstance(text);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    faults.push(`-S: ${error.message}`);
    return undefined;
  }
}

/** `MM/dd/[yy]yy hh:mm`. A year of two digits is in this century. */
function readTime(text: string | undefined, faults: string[]): string | undefined {
  if (text === undefined) return undefined;
  const match =
    /^(?<month>\d\d)\/(?<day>\d\d)\/(?<century>\d\d)?(?<year>\d\d) (?<time>([01]\d|2[0-3]):[0-5]\d)$/.exec(
      text,
    );
  const { month, day, century = '20', year, time } = match?.groups ?? {};
  const date = new Date(`${century}${year}-${month}-${day}T00:00:00Z`);
  if (match && date.getUTCDate() === Number(day))
    return `${month}/${day}/${century}${year} ${time}`;
  const found = JSON.stringify(text.slice(0, 40));
  faults.push(`-T: expected a time such as "12/31/2026 23:59", found ${found}`);
  return undefined;
}

function readNumber(
  option: '-P' | '-M',
  text: string | undefined,
  { max, faults }: { readonly max: number; readonly faults: string[] },
): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d{1,7}$/.test(text) && number >= 1 && number <= max) return number;
  const found = JSON.stringify(text.slice(0, 40));
  faults.push(`${option}: expected a whole number from 1 to ${max}, found ${found}`);
  return undefined;
}
