import { toPosition } from '../../autosys/source.ts';
import type { Route } from '../../lambda/routing/routes.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import { RouteFileError, readRouteFile } from '../../route-file/index.ts';

/** Two valid instances, above the routes of a test. */
const instances = `instances:
  ACE: { endpoints: [https://ace.example.com:9443], secret: autosys/ACE }
  PRD: { endpoints: [https://prd.example.com:9443], secret: autosys/PRD }
`;

/** Reads a whole file named bridge.yaml. Other files do not exist. */
export function read(text: string) {
  return readRouteFile({ name: 'bridge.yaml', text }, () => undefined);
}

/** The faults of a whole file, in order: `line:column message`. */
export function faultsOf(text: string, readText = (_: string): string | undefined => undefined) {
  const source = { name: 'bridge.yaml', text };
  try {
    readRouteFile(source, readText);
    return [];
  } catch (error) {
    if (!(error instanceof RouteFileError)) throw error;
    return error.problems.map(({ start, message }) => {
      const { line, column } = toPosition(source, start);
      return `${line}:${column} ${message}`;
    });
  }
}

/** A whole file with one route. Its lines are given without indentation. */
export function aFile(...lines: readonly string[]): string {
  return `${instances}routes:\n  - name: one\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

/** The one route of such a file. */
export function readRoute(...lines: readonly string[]): Route {
  const [route] = read(aFile('to: ACE', ...lines)).config.routes;
  if (route === undefined) throw new Error('the file has no route');
  return route;
}

/** The faults of such a route, without positions. */
export function routeFaults(...lines: readonly string[]): readonly string[] {
  return faultsOf(aFile('to: ACE', ...lines)).map((fault) => fault.replace(/^\d+:\d+ /, ''));
}

/**
 * The actions of a route, one line for each event: `FAILED SET_GLOBAL globalVariable=A value=KO`.
 */
export function toLines({ actions }: Route): readonly string[] {
  return Object.entries(actions).flatMap(([status, events]) =>
    events.map(({ kind, fields }) =>
      [
        status,
        kind,
        ...Object.entries(fields).map(([name, text]) => `${name}=${toText(text)}`),
      ].join(' '),
    ),
  );
}

function toText(template: readonly unknown[]): string {
  return template
    .map((piece) => (typeof piece === 'string' ? piece : JSON.stringify(piece)))
    .join('');
}

/**
 * A whole file without routes: one target named `one`, and a caller that may use it. The lines of
 * the target begin at 5:5.
 */
export function aLaunchFile(...lines: readonly string[]): string {
  return `instances:
  ACE: { endpoints: [https://ace.example.com:9443], secret: autosys/ACE }
targets:
  one:
${lines.map((line) => `    ${line}\n`).join('')}callers:
  agents: { secret: autosys/agents, targets: [one], jobs: ["PAY_*"] }
`;
}

/** The one target of such a file. */
export function readTarget(...lines: readonly string[]): LaunchTarget {
  const [target] = read(aLaunchFile(...lines)).config.targets;
  if (target === undefined) throw new Error('the file has no target');
  return target;
}

/** The warnings of a whole file, in order: `line:column message`. */
export function warningsOf(text: string): readonly string[] {
  const { source, warnings } = read(text);
  return warnings.map(({ start, message }) => {
    const { line, column } = toPosition(source, start);
    return `${line}:${column} ${message}`;
  });
}

/**
 * A whole file without routes: one entry of `requests:` named `one`. The lines of the entry begin at
 * 5:5.
 */
export function aRequestsFile(...lines: readonly string[]): string {
  return `instances:
  ACE: { endpoints: [https://ace.example.com:9443], secret: autosys/ACE }
requests:
  one:
${lines.map((line) => `    ${line}\n`).join('')}`;
}
