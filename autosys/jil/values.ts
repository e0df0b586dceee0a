import { NameError } from '../errors.ts';
import type { MinuteOfDay, RunWindow, Weekday } from '../job.ts';
import {
  type JobName,
  type MachineName,
  nameRules,
  parseJobName,
  parseMachineName,
} from '../names.ts';

/** What a reader made of a text: its meaning, or the words for what should have stood there. */
export type ValueReading<Value> = { readonly value: Value } | Refusal;
interface Refusal {
  readonly expected: string;
  /** What to say was found. @default - the text itself */
  readonly found?: string;
}
/** Reads the value of one attribute. */
export type Reader<Value> = (text: string) => ValueReading<Value>;

/** The text itself, whatever it is. */
export const readSomeText: Reader<string> = (value) => ({ value });

/** A text of limited length. */
export const shortText =
  (max: number): Reader<string> =>
  (value) =>
    value.length <= max ? { value } : refuseLength(value, max);

/** `1` or `0`; `y` and `n` are the older spelling. */
export const flag: Reader<boolean> = (text) => {
  if (/^(1|y|yes)$/i.test(text)) return { value: true };
  if (/^(0|n|no)$/i.test(text)) return { value: false };
  return { expected: '0 or 1' };
};

/** A whole number of at least `min`. */
export const createReadWholeNumber =
  (min: number): Reader<number> =>
  (text) => {
    const value = Number(text);
    return /^-?\d{1,9}$/.test(text) && value >= min
      ? { value }
      : { expected: `a whole number from ${min}` };
  };

/** The long form of a job type; the letters b, c and f are the older spelling (11.3.6 reference). */
export const jobType: Reader<string> = (text) => {
  const upper = text.toUpperCase();
  const byLetter: Readonly<Record<string, string>> = { B: 'BOX', C: 'CMD', F: 'FW' };
  return /^[A-Z0-9_]{1,32}$/.test(upper)
    ? { value: byLetter[upper] ?? upper }
    : { expected: 'a job type such as CMD, BOX or FW' };
};

/** A job or box by name. */
export const jobName: Reader<JobName> = named(parseJobName, 'a job name');

/** One machine, or several with commas between them: the scheduler chooses one. */
export const machines: Reader<readonly MachineName[]> = (text) => {
  const { max } = nameRules.machine;
  return text.length > max
    ? refuseLength(text, max)
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
    : { expected: 'a calendar name of at most 64 characters without blanks' };

const weekdays: readonly string[] = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'];
const everyDay: readonly Weekday[] = [0, 1, 2, 3, 4, 5, 6];

/** `all`, or days of the week; ascending from Sunday, each once. */
export const days: Reader<readonly Weekday[]> = (text) => {
  if (text.trim().toLowerCase() === 'all') return { value: everyDay };
  const reading = each(text, (item): ValueReading<Weekday> => {
    const day = everyDay.find((number) => weekdays[number] === item.toLowerCase());
    return day === undefined ? { expected: 'all, or days such as mo,tu,we' } : { value: day };
  });
  return 'value' in reading ? { value: ascending(reading.value) } : reading;
};

/** Times of the day such as `10:00, 22:30`; ascending, each once. */
export const timeList: Reader<readonly MinuteOfDay[]> = (text) => {
  const reading = each(text, timeOfDay);
  return 'value' in reading ? { value: ascending(reading.value) } : reading;
};

/** Minutes of each hour such as `0, 15, 30`; ascending, each once. */
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

/** `02:00-04:00`; it reaches over midnight where the second is the earlier, so it never exceeds 24 hours. */
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

/** The statuses a job may be inserted with. */
export const initialStatus: Reader<'ON_HOLD' | 'ON_ICE' | 'ON_NOEXEC' | 'INACTIVE'> = (text) => {
  const allowed = ['ON_HOLD', 'ON_ICE', 'ON_NOEXEC', 'INACTIVE'] as const;
  const value = allowed.find((status) => status === text.toUpperCase());
  return value ? { value } : { expected: allowed.join(', ').replace(/, (?=\w+$)/, ' or ') };
};

const resource = /^\(\s*[\w.#-]+\s*,\s*QUANTITY\s*=\s*\d+\s*(,\s*FREE\s*=\s*[YNA]\s*)?\)$/i;

/** `(NAME, QUANTITY=1, FREE=Y)`, several joined by `AND`. */
export const resources: Reader<string> = (value) =>
  value.split(/\s+(?:and|&)\s+/i).every((part) => resource.test(part.trim()))
    ? { value }
    : { expected: 'resources such as (NAME, QUANTITY=1, FREE=Y)' };

function refuseLength({ length }: string, max: number): Refusal {
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
  return (text) => {
    try {
      return { value: parseName(text) };
    } catch (error) {
      if (!(error instanceof NameError)) throw error;
      return { expected: `${what} of ${error.allowed}` };
    }
  };
}

/** Reads a list, with commas or blanks between its members. */
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
