import {
  matchesGlob,
  type Origin,
  type Selector,
  toSelectors,
  type WorkloadNames,
} from '../lambda/routing/origin.ts';
import { ownLocation, toArnName, toLocations } from './workloads.ts';

/** How much two origins hear in common: everything that one of them hears, perhaps something, or nothing. */
export type CommonEvents = 'all' | 'some' | 'none';

/** How the things that two origins ask for stand to each other, on one side of them. */
interface Sides {
  /** Whatever the one hears the other hears too. */
  readonly oneInOther: boolean;
  readonly otherInOne: boolean;
  readonly apart: boolean;
}

/** Works out how much two origins hear in common; `some` where it depends on names nobody knows yet. */
export function compareOrigins(one: Origin, other: Origin): CommonEvents {
  if (one.kind !== other.kind) return 'none';
  const [mine, theirs] = [toLocations(one), toLocations(other)];
  const sides = [
    compareSets(mine.accounts, theirs.accounts),
    compareSets(mine.regions, theirs.regions),
    compareSets(toParts(one), toParts(other)),
    ...compareSelectors(new Map(toSelectors(one)), new Map(toSelectors(other))),
  ];
  if (sides.some(({ apart }) => apart)) return 'none';
  const isWithin =
    sides.every(({ oneInOther }) => oneInOther) || sides.every(({ otherInOne }) => otherInOne);
  return isWithin ? 'all' : 'some';
}

/** Sets that may name the same account or Region without saying so, as `own` may, are neither within each other nor apart. */
function compareSets(one: readonly string[], other: readonly string[]): Sides {
  const isUnknown = one.includes(ownLocation) !== other.includes(ownLocation);
  return {
    oneInOther: one.every((item) => other.includes(item)),
    otherInOne: other.every((item) => one.includes(item)),
    apart: !isUnknown && !one.some((item) => other.includes(item)),
  };
}

/** Which parts of a workload are heard, each by a word of its own; see `hearsPart`. */
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
): readonly Sides[] {
  const subjects = new Set([...one.keys(), ...other.keys()]);
  return [...subjects].map((subject) => {
    const [mine, theirs] = [one.get(subject), other.get(subject)];
    if (mine === undefined || theirs === undefined) {
      return { oneInOther: theirs === undefined, otherInOne: mine === undefined, apart: false };
    }
    const oneInOther = isWithin(mine, theirs);
    const otherInOne = isWithin(theirs, mine);
    return { oneInOther, otherInOne, apart: !oneInOther && !otherInOne && areApart(mine, theirs) };
  });
}

/** Whether everything that the one names the other names too. */
function isWithin(one: Selector, other: Selector): boolean {
  if (one.by === other.by && one.text === other.text) return true;
  switch (other.by) {
    case 'glob':
      // A star of the one can be taken by a star of the other only, so it stands for any text there too.
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

/** Whether nothing can go by both; two ARNs, or a name and an ARN, that are not within each other are apart. */
function areApart(one: Selector, other: Selector): boolean {
  if (one.by !== 'glob' && other.by !== 'glob') return true;
  // What qualifies a state machine may be named by a glob, so that only names without one can be told apart.
  const [glob, against] = one.by === 'glob' ? [one, other] : [other, one];
  if (glob.text.includes(':')) return false;
  if (against.by !== 'glob') return true;
  const [head, itsHead] = [glob, against].map(({ text }) => text.slice(0, text.indexOf('*')));
  const [tail, itsTail] = [glob, against].map(({ text }) => text.slice(text.lastIndexOf('*') + 1));
  return !agree(head, itsHead, 'startsWith') || !agree(tail, itsTail, 'endsWith');
}

function agree(one = '', other = '', how: 'startsWith' | 'endsWith'): boolean {
  return one[how](other) || other[how](one);
}

/** The name in an ARN with what qualifies it: `NAME:live`, `NAME:7`. */
function toName({ text }: Selector): string {
  const [kind = '', ...rest] = text.split(':').slice(5);
  return kind.includes('/')
    ? [kind.slice(kind.indexOf('/') + 1), ...rest].join(':')
    : rest.join(':');
}
