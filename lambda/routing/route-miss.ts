import { suggest } from '../../autosys/suggest.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import {
  type Home,
  matches,
  matchesLocation,
  matchesPart,
  type Names,
  type Origin,
  placeOrigin,
  type Selector,
  toNames,
  toSelectors,
  type WorkloadNames,
} from './origin.ts';

interface Named {
  readonly name: string;
  readonly from: Origin;
}

/** At so many routes a reason stops being one. */
const mostReasons = 5;

const subjects: Readonly<Record<WorkloadNames, string>> = {
  stateMachine: 'state machine',
  jobQueue: 'job queue',
  jobDefinition: 'job definition',
  batchJobName: 'Batch job name',
};

/**
 * Says why no route hears an event, the likeliest reasons first: the right name in another account, a part that is
 * ignored, one name of several that differs, a name that is nearly the same, or no such name at all.
 *
 * @param routes none of which hears the event
 * @param home account and Region of the stack, where they are known
 */
export function explainMiss(
  routes: readonly Named[],
  event: WorkloadEvent,
  home?: Home,
): readonly string[] {
  const alike = routes.filter(({ from }) => from.kind === event.kind);
  if (alike.length === 0) {
    const what = event.kind === 'execution' ? 'Step Functions executions' : 'AWS Batch jobs';
    return [`no route hears ${what}`];
  }
  const names = new Map(toNames(event));
  const nearly = alike.flatMap((route) => {
    const wrong = toSelectors(route.from).filter(
      ([subject, selector]) => !matches(selector, names.get(subject)),
    );
    if (wrong.length === 0) return [explainWholly(route, event, home)];
    return wrong.length < toSelectors(route.from).length
      ? [explainPartly(route, wrong, names)]
      : [];
  });
  if (nearly.length > mostReasons) {
    return [...nearly.slice(0, mostReasons), `and ${nearly.length - mostReasons} more such routes`];
  }
  return nearly.length > 0 ? nearly : [explainNames(alike, names)];
}

/** Every name is right. */
function explainWholly({ name, from: written }: Named, event: WorkloadEvent, home?: Home): string {
  const from = home ? placeOrigin(written, home) : written;
  if (!matchesLocation(from, event)) {
    const { accounts = [], regions = [] } = from;
    if (home && written.accounts === undefined && !accounts.includes(event.account)) {
      return `route ${name} names no account, so it matches account ${accounts.join(', ')} only, this is ${event.account}; name it in account of the route`;
    }
    if (home && written.regions === undefined && !regions.includes(event.region)) {
      return `route ${name} names no region, so it matches Region ${regions.join(', ')} only, this is ${event.region}; name it in region of the route`;
    }
    return accounts.length > 0 && !accounts.includes(event.account)
      ? `route ${name} hears account ${accounts.join(', ')} only, this is ${event.account}`
      : `route ${name} hears Region ${regions.join(', ')} only, this is ${event.region}`;
  }
  if (matchesPart(from, event)) return `route ${name} hears it`;
  if (from.kind === 'execution') {
    return from.mapChildren === 'only'
      ? `route ${name} hears Distributed Map children only (mapChildren: only)`
      : `route ${name} ignores Distributed Map children (mapChildren: ignore)`;
  }
  const role = event.kind === 'batchJob' ? event.role : 'job';
  if (role === 'arrayChild') return `route ${name} ignores array children (arrayChildren: ignore)`;
  if (role === 'node') return `route ${name} ignores nodes (nodes: ignore)`;
  return from.arrayChildren === 'only'
    ? `route ${name} hears array children only (arrayChildren: only)`
    : `route ${name} hears nodes only (nodes: only)`;
}

/** Of several names at least one is right. */
function explainPartly(
  { name }: Named,
  wrong: readonly (readonly [WorkloadNames, Selector])[],
  names: ReadonlyMap<WorkloadNames, Names>,
): string {
  const differences = wrong.map(
    ([subject, { text }]) =>
      `${subjects[subject]} ${text}, ${toFound(names.get(subject), subjects[subject])}`,
  );
  return `route ${name} asks for ${differences.join(', and for ')}`;
}

function toFound(names: Names | undefined, subject: string): string {
  const [own] = names?.name ?? [];
  return own === undefined ? `the event has no ${subject}` : `this is ${own}`;
}

function explainNames(routes: readonly Named[], names: ReadonlyMap<WorkloadNames, Names>): string {
  for (const [subject, { name }] of names) {
    const asked = routes.flatMap(({ from }) =>
      toSelectors(from).flatMap(([of, { by, text }]) =>
        of !== subject || by === 'glob' ? [] : [toBareName(by, text)],
      ),
    );
    const [own] = name;
    if (own === undefined) continue;
    const what = `${subjects[subject]} ${own}`;
    if (asked.includes(own)) {
      return `no route names ${what} but with another account, Region, version or revision`;
    }
    const inOtherCase = asked.find((text) => text.toLowerCase() === own.toLowerCase());
    if (inOtherCase !== undefined) {
      return `no route names ${what}; one names ${inOtherCase}, and case matters`;
    }
    const near = suggest(own, asked);
    if (near !== undefined) return `no route names ${what}; one names ${near}`;
  }
  const all = [...names].flatMap(([subject, { name }]) =>
    name.slice(0, 1).map((own) => `${subjects[subject]} ${own}`),
  );
  const missing = [...names].flatMap(([subject, { name }]) =>
    name.length === 0 ? [`; the event has no ${subjects[subject]}`] : [],
  );
  return `no route names ${all.join(' or ')}${missing.join('')}`;
}

/** The name without what qualifies it: `NAME:3`, or in an ARN `stateMachine:NAME:live`, `job-definition/NAME:3`. */
function toBareName(by: Selector['by'], text: string): string {
  if (by !== 'arn') return text.split(':')[0] ?? text;
  const resource = text.split(':').slice(5);
  return (resource[0] === 'stateMachine' ? resource[1] : resource[0]?.split('/')[1]) ?? text;
}
