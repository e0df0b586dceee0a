import type * as z from 'zod';
import { maxMembers } from '../../lambda/routing/groups.ts';
import type { Origin, Selector } from '../../lambda/routing/origin.ts';
import type { Faults, Path } from '../faults.ts';
import { toSelector } from '../selector.ts';
import { membersSchema } from './schema.ts';

type Given = z.output<typeof membersSchema>;

/** The compiled members of a group. */
export interface CompiledMembers {
  readonly origins: readonly Origin[];
  /** Number of the members. `undefined` if the file does not list all of their names. */
  readonly listed: number | undefined;
}

/** Compiles the members of a group: one mapping or a list. Those with faults are omitted. */
export function compileMembers(raw: unknown, path: Path, faults: Faults): CompiledMembers {
  const items = Array.isArray(raw)
    ? raw.map((item: unknown, at) => [item, [...path, at]] as const)
    : [[raw, path] as const];
  const firstByName = new Map<string, string>();
  const compiled = items.map(([item, at]) => {
    const given = membersSchema.safeParse(item).data;
    return given ? compileItem(given, at, { faults, firstByName }) : [];
  });
  const members = compiled.flat();
  const listed = members.reduce<number | undefined>(
    (sum, { count }) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
  if (listed !== undefined && listed > maxMembers) {
    faults.at(path, `members: found ${listed} members, allowed: at most ${maxMembers}`);
  }
  return { origins: members.map(({ origin }) => origin), listed };
}

interface Member {
  readonly origin: Origin;
  /** Number of the members of this origin: one for each account. */
  readonly count: number | undefined;
}

interface Compiling {
  readonly faults: Faults;
  /** Line of the first member, by kind, name and account. */
  readonly firstByName: Map<string, string>;
}

function compileItem(given: Given, path: Path, compiling: Compiling): readonly Member[] {
  const { faults } = compiling;
  const { stateMachine, jobName, jobQueue } = given;
  const key = stateMachine === undefined ? 'jobName' : 'stateMachine';
  const foreign = (['jobName', 'jobQueue'] as const).filter((one) => given[one] !== undefined);
  if (stateMachine === undefined && foreign.length === 0) {
    faults.at(path, 'members: found no workload, allowed: stateMachine, or jobName and jobQueue');
    return [];
  }
  if (stateMachine !== undefined) {
    for (const one of foreign) {
      faults.atKey(
        [...path, one],
        `members: ${one} selects Batch jobs, but this item selects state machines; use a list with two items`,
      );
    }
  }
  const location = toLocation(given);
  const names = stateMachine ?? jobName;
  if (names === undefined) {
    const origin = toOrigin(key, undefined, jobQueue, location);
    return [{ origin, count: undefined }];
  }
  return toTexts(names, [...path, key]).map(([text, at]) => {
    const isGlob = text.includes('*');
    if (isGlob && Array.isArray(names)) {
      faults.at(at, `${key}: found ${JSON.stringify(text)} in a list, allowed: names without *`);
    }
    if (!isGlob) refuseDuplicates(`${key} ${text}`, at, { ...compiling, given });
    const origin = toOrigin(key, toSelector(text), jobQueue, location);
    return { origin, count: isGlob ? undefined : (location.accounts?.length ?? 1) };
  });
}

function toTexts(given: string | readonly string[], path: Path) {
  return typeof given === 'string'
    ? [[given, path] as const]
    : given.map((text, at) => [text, [...path, at]] as const);
}

function refuseDuplicates(
  name: string,
  path: Path,
  { faults, firstByName, given }: Compiling & { readonly given: Given },
): void {
  const accounts = given.account === undefined ? ['own'] : [given.account].flat();
  for (const account of accounts) {
    const member = `${name} ${account}`;
    const first = firstByName.get(member);
    if (first !== undefined) {
      faults.at(path, `members: duplicate ${name} (first at line ${first}); remove one`);
    }
    firstByName.set(member, first ?? String(faults.lineOf(path)));
  }
}

type Location = Pick<Origin, 'accounts' | 'regions'>;

function toLocation({ account, region }: Given): Location {
  return {
    ...(account !== undefined && { accounts: [account].flat() }),
    ...(region !== undefined && { regions: [region].flat() }),
  };
}

function toOrigin(
  key: 'stateMachine' | 'jobName',
  name: Selector | undefined,
  jobQueue: string | undefined,
  location: Location,
): Origin {
  if (key === 'stateMachine' && name !== undefined) {
    return { kind: 'execution', stateMachine: name, mapChildren: 'ignore', ...location };
  }
  return {
    kind: 'batchJob',
    ...(jobQueue !== undefined && { jobQueue: toSelector(jobQueue) }),
    ...(name !== undefined && { batchJobName: name }),
    arrayChildren: 'ignore',
    nodes: 'ignore',
    ...location,
  };
}
