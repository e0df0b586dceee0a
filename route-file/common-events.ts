import {
  matchesGlob,
  type Origin,
  type Selector,
  toSelectors,
  type WorkloadNames,
} from '../lambda/routing/origin.ts';
import { canMeet, toGlobTokens } from './name-tokens.ts';
import { ownLocation, toArnName, toLocations } from './workloads.ts';

/**
 * Which events two origins share. `all`: every event of one origin also matches the other. `some`:
 * they may share events. `none`: they share none.
 */
export type CommonEvents = 'all' | 'some' | 'none';

/** Result of comparing two origins in one aspect. */
interface AspectComparison {
  /** Everything that `one` matches, `other` matches too. */
  readonly oneInOther: boolean;
  readonly otherInOne: boolean;
  readonly disjoint: boolean;
}

/**
 * Compares the events of two origins. The result is `some` if it depends on names that are known at
 * run time only.
 */
export function compareOrigins(one: Origin, other: Origin): CommonEvents {
  if (one.kind !== other.kind) return 'none';
  const [mine, theirs] = [toLocations(one), toLocations(other)];
  const aspects = [
    compareSets(mine.accounts, theirs.accounts),
    compareSets(mine.regions, theirs.regions),
    compareSets(toParts(one), toParts(other)),
    ...compareSelectors(new Map(toSelectors(one)), new Map(toSelectors(other))),
  ];
  if (aspects.some(({ disjoint }) => disjoint)) return 'none';
  const isWithin =
    aspects.every(({ oneInOther }) => oneInOther) || aspects.every(({ otherInOne }) => otherInOne);
  return isWithin ? 'all' : 'some';
}

/**
 * Compares two sets of accounts, Regions or parts. If only one set contains `own`, they may be
 * equal without the same text, so they are not disjoint.
 */
function compareSets(one: readonly string[], other: readonly string[]): AspectComparison {
  const isUnknown = one.includes(ownLocation) !== other.includes(ownLocation);
  return {
    oneInOther: one.every((item) => other.includes(item)),
    otherInOne: other.every((item) => one.includes(item)),
    disjoint: !isUnknown && !one.some((item) => other.includes(item)),
  };
}

/** The parts of a workload that an origin matches, one word for each. */
function toParts(origin: Origin): readonly string[] {
  if (origin.kind === 'execution') {
    return [
      ...(origin.mapChildren === 'only' ? [] : ['whole']),
      ...(origin.mapChildren === 'ignore' ? [] : ['mapChild']),
    ];
  }
  const { arrayChildren, nodes } = origin;
  return [
    ...(arrayChildren === 'only' || nodes === 'only' ? [] : ['whole']),
    ...(arrayChildren === 'ignore' ? [] : ['arrayChild']),
    ...(nodes === 'ignore' ? [] : ['node']),
  ];
}

function compareSelectors(
  one: ReadonlyMap<WorkloadNames, Selector>,
  other: ReadonlyMap<WorkloadNames, Selector>,
): readonly AspectComparison[] {
  const subjects = new Set([...one.keys(), ...other.keys()]);
  return [...subjects].map((subject) => {
    const [mine, theirs] = [one.get(subject), other.get(subject)];
    if (mine === undefined || theirs === undefined) {
      return { oneInOther: theirs === undefined, otherInOne: mine === undefined, disjoint: false };
    }
    const oneInOther = isWithin(mine, theirs);
    const otherInOne = isWithin(theirs, mine);
    return {
      oneInOther,
      otherInOne,
      disjoint: !oneInOther && !otherInOne && areDisjoint(mine, theirs),
    };
  });
}

/** True if everything that `one` names, `other` names too. */
function isWithin(one: Selector, other: Selector): boolean {
  if (!hasSameExceptions(one, other)) return false;
  if (one.by === other.by && one.text === other.text) return true;
  switch (other.by) {
    case 'glob':
      // Only a star of the other glob can match a star of this one, so the star may stay in the
      // text.
      return matchesGlob(other.text, one.by === 'arn' ? toArnName(one.text) : one.text);
    case 'name':
      return one.by === 'arn'
        ? [toArnName(one.text), toName(one)].includes(other.text)
        : one.by === 'name' && one.text.startsWith(`${other.text}:`);
    case 'arn':
      return one.by === 'arn' && one.text.startsWith(`${other.text}:`);
    default:
      return other.by satisfies never;
  }
}

/** True if each exception of `other` is one of `one` too, or concerns nothing that it names. */
function hasSameExceptions(one: Selector, { except = [] }: Selector): boolean {
  return except.every(
    (text) =>
      one.except?.some((own) => matchesGlob(own, text)) || !canMeetGlob(toBareName(one), text),
  );
}

/** True if `one` names only what an exception of `other` covers. */
function isLeftOut(one: Selector, { except = [] }: Selector): boolean {
  return except.some((text) => matchesGlob(text, toBareName(one)));
}

function canMeetGlob(name: string, exception: string): boolean {
  const [bare = ''] = exception.split(':');
  return canMeet(toGlobTokens(name), toGlobTokens(bare));
}

/** The name in a selector, without version, alias or revision. */
function toBareName({ by, text }: Selector): string {
  return by === 'arn' ? toArnName(text) : (text.split(':')[0] ?? text);
}

/**
 * True if no workload can match both. Two ARNs, or a name and an ARN, are disjoint unless one is
 * within the other.
 */
function areDisjoint(one: Selector, other: Selector): boolean {
  if (isLeftOut(one, other) || isLeftOut(other, one)) return true;
  if (one.by !== 'glob' && other.by !== 'glob') return true;
  // A glob may match the version or alias of a state machine, so only globs without `:` can be
  // disjoint.
  const [glob, against] = one.by === 'glob' ? [one, other] : [other, one];
  if (glob.text.includes(':')) return false;
  if (against.by !== 'glob') return true;
  const [head, otherHead] = [glob, against].map(({ text }) => text.slice(0, text.indexOf('*')));
  const [tail, otherTail] = [glob, against].map(({ text }) =>
    text.slice(text.lastIndexOf('*') + 1),
  );
  return !agree(head, otherHead, 'startsWith') || !agree(tail, otherTail, 'endsWith');
}

function agree(one = '', other = '', how: 'startsWith' | 'endsWith'): boolean {
  return one[how](other) || other[how](one);
}

/** Returns the name in an ARN with version, alias or revision: `NAME:live`, `NAME:7`. */
function toName({ text }: Selector): string {
  const [kind = '', ...rest] = text.split(':').slice(5);
  return kind.includes('/')
    ? [kind.slice(kind.indexOf('/') + 1), ...rest].join(':')
    : rest.join(':');
}
