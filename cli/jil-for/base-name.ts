import { createHash } from 'node:crypto';
import { nameRules } from '../../autosys/names.ts';
import { mayActFor } from '../../lambda/launch/read-launch.ts';
import type { LaunchCaller } from '../../lambda/routing/targets.ts';
import { type JilWay, toStartingJobs } from './ways.ts';

/** Makes a name from the word for a target, so that a shorter word makes a shorter name. */
type NameForm = (word: string) => string;

/** The name from which those of the jobs of one target are derived. */
export interface BaseName {
  readonly name: string;
  /** A shorter name that is as unique as the target, with room for a suffix. */
  readonly shorten: (room: number) => string | undefined;
}

/** What a base name is made from. */
export interface BaseNameSource {
  readonly target: string;
  readonly ways: readonly JilWay[];
  /** Callers that may use the target. */
  readonly callers: readonly LaunchCaller[];
  /** `--name` of the target. */
  readonly given: string | undefined;
  /** `--prefix`. */
  readonly prefix: string | undefined;
}

/**
 * The base name of a target: the given one, or prefix and target in upper case. Without a prefix the
 * first pattern in `jobs` of its callers that allows each job that starts a run.
 */
export function toBaseName(source: BaseNameSource): BaseName {
  const { target, given, prefix } = source;
  if (given !== undefined) return toBase(target, (word) => word, given);
  const word = target.toUpperCase().replaceAll('-', '_');
  return toBase(
    target,
    prefix === undefined ? findForm(source, word) : (one) => prefix + one,
    word,
  );
}

/**
 * The job that starts a run and that no caller may act for. One caller must be allowed all of them,
 * because the profile of the jobs names one login.
 */
export function findRefusedJob(
  base: string,
  { ways, callers }: Pick<BaseNameSource, 'ways' | 'callers'>,
): string | undefined {
  const jobs = toStartingJobs(base, ways);
  const refused = callers.map((caller) => jobs.find((job) => !mayActFor(job, caller)));
  return refused.includes(undefined) ? undefined : (refused[0] ?? jobs[0]);
}

/** The callers that may act for every job that starts a run. */
export function toStartingCallers(
  base: string,
  { ways, callers }: Pick<BaseNameSource, 'ways' | 'callers'>,
): readonly LaunchCaller[] {
  return callers.filter((one) => findRefusedJob(base, { ways, callers: [one] }) === undefined);
}

/** A pattern with text of its own comes before `*`, which allows any name. */
function findForm(source: BaseNameSource, word: string): NameForm {
  const plain: NameForm = (one) => one;
  const narrow = source.callers.map((caller) => ({
    ...caller,
    jobs: caller.jobs.filter((pattern) => !/^\*+$/.test(pattern)),
  }));
  const patterns = narrow.flatMap(({ jobs }) => jobs);
  const forms = patterns.map(
    (pattern): NameForm =>
      (one) =>
        fill(pattern, one),
  );
  const { ways } = source;
  const find = (callers: readonly LaunchCaller[]) =>
    [plain, ...forms].find((form) => findRefusedJob(form(word), { ways, callers }) === undefined);
  return find(narrow) ?? find(source.callers) ?? forms[0] ?? plain;
}

/** The name that a pattern allows, with the word at its first `*`. */
function fill(pattern: string, word: string): string {
  const [head = '', ...tail] = pattern.split('*');
  return tail.length === 0 ? head : `${head}${word}${tail.join('')}`;
}

function toBase(target: string, form: NameForm, word: string): BaseName {
  return {
    name: form(word),
    shorten: (room) => {
      const short = shortenWord(word, target, room - form('').length);
      const name = short === undefined ? undefined : form(short);
      return name === undefined || name.length > room ? undefined : name;
    },
  };
}

const digestLength = 8;

/**
 * The beginning of a word and a digest of what it stands for: the same for the same text, and
 * different for others. `undefined` if there is no room for the digest.
 */
export function shortenWord(word: string, unique: string, room: number): string | undefined {
  const digest = createHash('sha256').update(unique).digest('hex').slice(0, digestLength);
  if (room < digestLength) return undefined;
  const head = word.slice(0, room - digestLength - 1).replace(/[^A-Za-z0-9]+$/, '');
  return `${head === '' ? '' : `${head}_`}${digest.toUpperCase()}`;
}

/** Maximum length of the names of jobs and of variables. */
export const maxNameLength = Math.min(nameRules.job.max, nameRules.globalVariable.max);
