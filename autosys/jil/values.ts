import { NameError } from '../errors.ts';
import type { MinuteOfDay, RunWindow, Weekday } from '../job.ts';
import {
  type JobName,
  type MachineName,
  nameRules,
  parseJobName,
  parseMachineName,
} from '../names.ts';

/** The value of a text, or a description of what was expected. */
export type ValueReading<Value> = { readonly value: Value } | Refusal;
interface Refusal {
  readonly expected: string;
  /** What was found, for the message. @default - the text itself */
  readonly found?: string;
}
/** Reads the value of one attribute. */
export type Reader<Value> = (text: string) => ValueReading<Value>;

/** Any text. */
export const readSomeText: Reader<string> = (value) => ({ value });

/** A text of limited length. */
export function shortText(max: number): Reader<string> {
  return function readShortText(value) {
    return value.length <= max ? { value } : rejectLength(value, max);
  };
}

/** `1` or `0`. `y` and `n` are the older spelling. */
export const flag: Reader<boolean> = (text) => {
  if (/^(1|y|yes)$/i.test(text)) return { value: true };
  if (/^(0|n|no)$/i.test(text)) return { value: false };
  return { expected: '0 or 1' };
};

/** A whole number of at least `min`. */
export function createReadWholeNumber(min: number): Reader<number> {
  return function readWholeNumber(text) {
    const value = Number(text);
    return /^-?\d{1,9}$/.test(text) && value >= min
      ? { value }
      : { expected: `a whole number from ${min}` };
  };
}

/**
 * The long form of a job type. The letters b, c and f are the older spelling (11.3.6 reference).
 */
export const jobType: Reader<string> = (text) => {
  const upper = text.toUpperCase();
  const byLetter: Readonly<Record<string, string>> = { B: 'BOX', C: 'CMD', F: 'FW' };
  return /^[A-Z0-9_]{1,32}$/.test(upper)
    ? { value: byLetter[upper] ?? upper }
    : { expected: 'a job type such as CMD, BOX or FW' };
};

/** The name of a job or box. */
export const jobName: Reader<JobName> = named(parseJobName, 'a job name');

/** One or more machines, separated by commas. The scheduler selects one of them. */
export const machines: Reader<readonly MachineName[]> = (text) => {
  const { max } = nameRules.machine;
  return text.length > max
    ? rejectLength(text, max)
    : each(text, named(parseMachineName, 'a machine name'));
};

/** `user` or `user@host`. */
export const owner: Reader<string> = (value) =>
  value.length <= 80 && /^[^\s@]+(@[^\s@]+)?$/.test(value)
    ? { value }
    : { expected: 'user or user@host of at most 80 characters' };

/** The name of a calendar. */
export const calendarName: Reader<string> = (value) =>
  value.length <= 64 && /^\S+$/.test(value)
    ? { value }
    : { expected: 'a calendar name of at most 64 characters without spaces' };

const weekdays: readonly string[] = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'];
const everyDay: readonly Weekday[] = [0, 1, 2, 3, 4, 5, 6];

/** `all`, or days of the week. In ascending order from Sunday, without duplicates. */
export const days: Reader<readonly Weekday[]> = (text) => {
  if (text.trim().toLowerCase() === 'all') return { value: everyDay };
  const reading = each(text, (item): ValueReading<Weekday> => {
    const day = everyDay.find((number) => weekdays[number] === item.toLowerCase());
    return day === undefined ? { expected: 'all, or days such as mo,tu,we' } : { value: day };
  });
  return 'value' in reading ? { value: ascending(reading.value) } : reading;
};

/** Times of the day such as `10:00, 22:30`. In ascending order, without duplicates. */
export const timeList: Reader<readonly MinuteOfDay[]> = (text) => {
  const reading = each(text, timeOfDay);
  return 'value' in reading ? { value: ascending(reading.value) } : reading;
};

/** Minutes of each hour such as `0, 15, 30`. In ascending order, without duplicates. */
export const minuteList: Reader<readonly number[]> = (text) => {
  const reading = each(text, (item): ValueReading<number> => {
    const value = Number(item);
    return /^\d{1,2}$/.test(item) && value < 60
      ? { value }
      : { expected: 'minutes from 0 to 59 such as 0, 15, 30' };
  });
  return 'value' in reading ? { value: ascending(reading.value) } : reading;
};

/** Times of the day, or `+minutes` after the start. */
export const timesOrDelays: Reader<readonly string[]> = (text) =>
  each(text, (item) =>
    /^\+\d{1,5}$/.test(item) || 'value' in timeOfDay(item)
      ? { value: item }
      : { expected: 'times such as 10:00 or minutes such as +30' },
  );

/**
 * A run window such as `02:00-04:00`.
 *
 * It crosses midnight if the second time is the earlier one. So it never exceeds 24 hours.
 */
export const runWindow: Reader<RunWindow> = (text) => {
  const [from, to, ...more] = text.split('-').map((part) => timeOfDay(part.trim()));
  return from && to && more.length === 0 && 'value' in from && 'value' in to
    ? { value: { from: from.value, to: to.value } }
    : { expected: 'two times of the day such as 22:00-04:00, at most 24 hours' };
};

/** Exit codes such as `0,3-5`, as inclusive ranges. */
export const codeRanges: Reader<readonly (readonly [number, number])[]> = (text) =>
  each(text.replace(/(\d)\s*-\s*(?=[-\d])/g, '$1-'), (item) => {
    const match = /^(-?\d{1,9})(?:-(-?\d{1,9}))?$/.exec(item);
    const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    return match && from <= to
      ? { value: [from, to] as const }
      : { expected: 'exit codes and ascending ranges such as 0,3-5' };
  });

/** The initial status of a job. */
export const initialStatus: Reader<'ON_HOLD' | 'ON_ICE' | 'ON_NOEXEC' | 'INACTIVE'> = (text) => {
  const allowed = ['ON_HOLD', 'ON_ICE', 'ON_NOEXEC', 'INACTIVE'] as const;
  const value = allowed.find((status) => status === text.toUpperCase());
  return value ? { value } : { expected: allowed.join(', ').replace(/, (?=\w+$)/, ' or ') };
};

const resource = /^\(\s*[\w.#-]+\s*,\s*QUANTITY\s*=\s*\d+\s*(,\s*FREE\s*=\s*[YNA]\s*)?\)$/i;

/** `(NAME, QUANTITY=1, FREE=Y)`, or several of these joined by `AND`. */
export const resources: Reader<string> = (value) =>
  value.split(/\s+(?:and|&)\s+/i).every((part) => resource.test(part.trim()))
    ? { value }
    : { expected: 'resources such as (NAME, QUANTITY=1, FREE=Y)' };

function rejectLength({ length }: string, max: number): Refusal {
  return { expected: `at most ${max} characters`, found: String(length) };
}

function timeOfDay(text: string): ValueReading<MinuteOfDay> {
  const match = /^(?<hour>\d{1,2}):(?<minute>[0-5]\d)$/.exec(text);
  const hour = Number(match?.groups?.['hour']);
  return match && hour < 24
    ? { value: hour * 60 + Number(match.groups?.['minute']) }
    : { expected: 'times of the day such as 10:00, 22:30' };
}

function named<Name>(parseName: (text: string) => Name, what: string): Reader<Name> {
  return function readName(text) {
    try {
      return { value: parseName(text) };
    } catch (error) {
      if (!(error instanceof NameError)) throw error;
      return { expected: `${what} of ${error.allowed}` };
    }
  };
}

/** Reads a list whose items are separated by commas or blanks. */
function each<Value>(text: string, read: Reader<Value>): ValueReading<readonly Value[]> {
  const values: Value[] = [];
  for (const item of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const reading = read(item);
    if ('expected' in reading) return reading;
    values.push(reading.value);
  }
  const nothing = read('');
  return values.length === 0 && 'expected' in nothing ? nothing : { value: values };
}

function ascending<Value extends number>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)].sort((left, right) => left - right);
}
