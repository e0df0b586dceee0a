import { suggest } from '../../autosys/suggest.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import {
  findException,
  type Home,
  matches,
  matchesLocation,
  matchesPart,
  type Names,
  type Origin,
  type Selector,
  toNames,
  toSelectors,
  type WorkloadNames,
  withLocation,
} from './origin.ts';

interface NamedRoute {
  readonly name: string;
  readonly from: Origin;
  /** Name of the launch target, if it is one. */
  readonly target?: string;
}

/** Maximum number of routes that an explanation names. */
const maxReasons = 5;

const subjects: Readonly<Record<WorkloadNames, string>> = {
  stateMachine: 'state machine',
  jobQueue: 'job queue',
  jobDefinition: 'job definition',
  batchJobName: 'Batch job name',
};

/**
 * Explains why no route or launch target matches an event. It reports the most probable reasons
 * only: another account or Region, a part that is ignored, one of several names that differs, a
 * similar name, or no such name.
 *
 * @param routes routes and launch targets of which none matches the event
 * @param home account and Region of the stack, if known
 */
export function explainMiss(
  routes: readonly NamedRoute[],
  event: WorkloadEvent,
  home?: Home,
): readonly string[] {
  const sameKind = routes.filter(({ from }) => from.kind === event.kind);
  if (sameKind.length === 0) {
    const what = event.kind === 'execution' ? 'Step Functions executions' : 'AWS Batch jobs';
    return [`no route matches ${what}`];
  }
  const names = new Map(toNames(event));
  const all = sameKind.flatMap((route) => {
    const different = toSelectors(route.from).filter(
      ([subject, selector]) => !matches(selector, names.get(subject)),
    );
    if (different.length === 0) return [explainOtherMismatch(route, event, home)];
    const isPartial =
      different.length < toSelectors(route.from).length ||
      different.some(([subject, one]) => describeException(subject, one, names) !== undefined);
    return isPartial ? [explainPartialMatch(route, different, names)] : [];
  });
  // A route to several instances is compiled once for each.
  const reasons = [...new Set(all)];
  if (reasons.length > maxReasons) {
    return [...reasons.slice(0, maxReasons), `and ${reasons.length - maxReasons} more such routes`];
  }
  return reasons.length > 0 ? reasons : [explainNames(sameKind, names)];
}

/** For a route whose names all match: account, Region or part differs. */
function explainOtherMismatch(route: NamedRoute, event: WorkloadEvent, home?: Home): string {
  const title = toTitle(route);
  const from = home ? withLocation(route.from, home) : route.from;
  if (!matchesLocation(from, event)) return explainLocation(route, from, event, home);
  if (matchesPart(from, event)) return `${title} matches the event`;
  if (from.kind === 'execution') {
    return from.mapChildren === 'only'
      ? `${title} matches Distributed Map children only (mapChildren: only)`
      : `${title} ignores Distributed Map children (mapChildren: ignore)`;
  }
  const role = event.kind === 'batchJob' ? event.role : 'job';
  if (role === 'arrayChild') return `${title} ignores array children (arrayChildren: ignore)`;
  if (role === 'node') return `${title} ignores nodes (nodes: ignore)`;
  return from.arrayChildren === 'only'
    ? `${title} matches array children only (arrayChildren: only)`
    : `${title} matches nodes only (nodes: only)`;
}

function explainLocation(
  route: NamedRoute,
  { accounts = [], regions = [] }: Origin,
  { account, region }: WorkloadEvent,
  home?: Home,
): string {
  const title = toTitle(route);
  // A launch target has neither setting: it is always in the location of the stack.
  const written = route.target === undefined ? route.from : { accounts, regions };
  const accountOnly = `matches account ${accounts.join(', ')} only (event: ${account})`;
  const regionOnly = `matches Region ${regions.join(', ')} only (event: ${region})`;
  if (home && written.accounts === undefined && !accounts.includes(account)) {
    return `${title} has no account setting, so it ${accountOnly}; to match it, add ${account} to account of the route`;
  }
  if (home && written.regions === undefined && !regions.includes(region)) {
    return `${title} has no region setting, so it ${regionOnly}; to match it, add ${region} to region of the route`;
  }
  return accounts.length > 0 && !accounts.includes(account)
    ? `${title} ${accountOnly}`
    : `${title} ${regionOnly}`;
}

function toTitle({ name, target }: NamedRoute): string {
  return target === undefined ? `route ${name}` : `launch target ${target}`;
}

/** For a route of which at least one name matches, but not all. */
function explainPartialMatch(
  route: NamedRoute,
  different: readonly (readonly [WorkloadNames, Selector])[],
  names: ReadonlyMap<WorkloadNames, Names>,
): string {
  const exceptions = different.flatMap(
    ([subject, selector]) => describeException(subject, selector, names) ?? [],
  );
  if (exceptions.length > 0) return `${toTitle(route)} ${exceptions.join(' and ')}`;
  const differences = different.map(([subject, { text }]) => {
    const [found = `no ${subjects[subject]}`] = names.get(subject)?.name ?? [];
    return `${subjects[subject]} ${text} (event: ${found})`;
  });
  return `${toTitle(route)} requires ${differences.join(' and ')}`;
}

/** For a selector whose pattern matches, but whose exceptions cover the event. */
function describeException(
  subject: WorkloadNames,
  { except = [], ...pattern }: Selector,
  names: ReadonlyMap<WorkloadNames, Names>,
): string | undefined {
  const own = names.get(subject);
  if (own === undefined || !matches(pattern, own)) return undefined;
  const exception = findException({ ...pattern, except }, own);
  if (exception === undefined) return undefined;
  const found = own.name[0] === exception ? '' : ` (event: ${own.name[0]})`;
  return `does not match ${subjects[subject]} ${exception}${found}, because of its except`;
}

/** For routes of which no name matches: another version, other case, a similar name, or none. */
function explainNames(
  routes: readonly NamedRoute[],
  names: ReadonlyMap<WorkloadNames, Names>,
): string {
  for (const [subject, { name }] of names) {
    const known = routes.flatMap(({ from }) =>
      toSelectors(from).flatMap(([of, { by, text }]) =>
        of !== subject || by === 'glob' ? [] : [toBareName(by, text)],
      ),
    );
    const [own] = name;
    if (own === undefined) continue;
    const what = `${subjects[subject]} ${own}`;
    if (known.includes(own)) {
      return `routes name ${what} only with another account, Region, version or revision`;
    }
    const inOtherCase = known.find((text) => text.toLowerCase() === own.toLowerCase());
    if (inOtherCase !== undefined) {
      return `no route names ${what}; one names ${inOtherCase}, but names are case-sensitive`;
    }
    const similar = suggest(own, known);
    if (similar !== undefined) return `no route names ${what}; one names ${similar}`;
  }
  const all = [...names].flatMap(([subject, { name }]) =>
    name.slice(0, 1).map((own) => `${subjects[subject]} ${own}`),
  );
  const missing = [...names].flatMap(([subject, { name }]) =>
    name.length === 0 ? [`; the event has no ${subjects[subject]}`] : [],
  );
  return `no route names ${all.join(' or ')}${missing.join('')}`;
}

/**
 * The name without its qualifier: NAME of `NAME:3`, or of an ARN with `stateMachine:NAME:live` or
 * `job-definition/NAME:3`.
 */
function toBareName(by: Selector['by'], text: string): string {
  if (by !== 'arn') return text.split(':')[0] ?? text;
  const resource = text.split(':').slice(5);
  return (resource[0] === 'stateMachine' ? resource[1] : resource[0]?.split('/')[1]) ?? text;
}
