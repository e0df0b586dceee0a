import { describeProblem, toPosition } from '../../autosys/source.ts';
import type { Group } from '../../lambda/routing/groups.ts';
import type { BridgeConfig, InstanceConfig, Route } from '../../lambda/routing/routes.ts';
import type { NamedSecret, RouteFile } from '../../route-file/index.ts';
import { describeWideRoutes } from '../../route-file/rules/describe-wide.ts';
import {
  describeObservation,
  describeOrigin,
  formatRouteAction,
  type RouteTarget,
  toRouteActions,
  toTargets,
} from '../describe-route.ts';
import type { Io } from '../io.ts';
import { countRows, type LiveRow } from '../live/live-row.ts';
import { createPaint, type Paint, printJson, printLines, toTerminalLines } from '../render.ts';
import { describeGroups } from './describe-groups.ts';
import { describeLaunch } from './describe-launch.ts';
import { describePages } from './describe-pages.ts';
import { describeRequests } from './describe-requests.ts';
import { findWideRoutes, type WideOnBus } from './wide-routes.ts';

/** A valid route file, and its secrets if they were read. */
export interface RouteFileContent {
  readonly file: RouteFile;
  readonly secrets: readonly NamedSecret[] | undefined;
  /** Rows of the live checks, if they were made. */
  readonly live?: readonly LiveRow[] | undefined;
}

/** Prints the content of a valid route file; with --json as data. */
export function printContent(content: RouteFileContent, io: Io, json: boolean): void {
  const { config, source, warnings } = content.file;
  const { groups = [] } = config;
  const targets = toTargets([
    ...config.routes,
    ...groups.flatMap(({ to: instances, actions }) => instances.map((to) => ({ to, actions }))),
  ]);
  const wide = findWideRoutes(config);
  if (json) {
    const warningDocuments = warnings.map((warning) => ({
      file: source.name,
      ...toPosition(source, warning.start),
      message: warning.message,
    }));
    const secrets = content.secrets?.map(({ start, end, ...secret }) => secret);
    printJson(io.stdout, {
      file: source.name,
      ok: true,
      ...toDocument(config, targets),
      wideRoutes: wide,
      warnings: warningDocuments,
      ...(secrets && { secrets }),
      ...(content.live && { live: { counts: countRows(content.live), rows: content.live } }),
    });
    return;
  }
  const paint = createPaint(io.stdout, io.env);
  const counts = [
    count(config.instances.length, 'instance'),
    count(toWritten(config.routes).length, 'route'),
    ...(groups.length > 0 ? [count(groups.length, 'group')] : []),
    count(targets.length, 'AutoSys target'),
    ...(config.targets.length > 0
      ? [count(config.targets.length, 'launch target'), count(config.callers.length, 'caller')]
      : []),
    ...(config.requests.length > 0
      ? [`${config.requests.length} request ${config.requests.length === 1 ? 'entry' : 'entries'}`]
      : []),
  ];
  printLines(io.stdout, [
    `${source.name}: ${paint('green', 'no faults')}; ${counts.join(', ')}`,
    ...describeConfig(config, paint),
    ...describeGroups(groups, paint),
    ...describeLaunch(config, paint),
    ...describeRequests(config.requests, paint),
    ...describePages(config.night, paint),
    ...describeTargets(targets),
    '',
    describeAccounts(config),
    ...describeWide(wide),
    ...describeSecrets(content.secrets),
  ]);
  printLines(
    io.stderr,
    warnings.flatMap((warning) => toTerminalLines(`warning: ${describeProblem(source, warning)}`)),
  );
}

function describeSecrets(secrets: RouteFileContent['secrets']): readonly string[] {
  if (secrets === undefined) return [];
  const each = secrets.map((named) => {
    if (named.holds === 'callerLogin') {
      return `${named.secret} (login of the caller ${named.caller})`;
    }
    return `${named.secret} (${named.holds === 'login' ? 'login' : 'CA'} of ${named.instance})`;
  });
  return [`valid secrets: ${each.join(', ')}`];
}

function toDocument(
  { instances, routes, groups, targets, callers, requests, accounts, night }: BridgeConfig,
  autosysTargets: readonly RouteTarget[],
) {
  return {
    instances: instances.map(({ certificateAuthority, ...instance }) => ({
      ...instance,
      ownCertificateAuthority:
        certificateAuthority !== undefined || instance.authoritySecret !== undefined,
    })),
    routes: toWritten(routes).map(({ route, to }) => ({
      name: route.name,
      from: route.from,
      to: to.length === 1 ? route.to : to,
      ...(route.when && { when: JSON.parse(route.when.text) }),
      ...(route.combine && { combine: route.combine }),
      ...(route.observe && { mode: { observe: route.observe } }),
      actions: toRouteActions(route),
    })),
    ...(groups && { groups: groups.map(toGroupDocumentOfFile) }),
    targets,
    callers,
    requests,
    ...(night && { night }),
    accounts,
    autosysTargets,
  };
}

/** The routes as the file has them, each with its instances. */
function toWritten(routes: readonly Route[]) {
  return [...Map.groupBy(routes, ({ name }) => name).values()].flatMap((all) =>
    all.slice(0, 1).map((route) => ({ route, to: all.map(({ to }) => to) })),
  );
}

function describeConfig({ instances, routes }: BridgeConfig, paint: Paint): readonly string[] {
  return [
    ...instances.flatMap(({ name, endpoints, secret, profile, timezone, ...rest }) => {
      const profileText = typeof profile === 'string' ? profile : 'with overrides';
      return [
        '',
        `instance ${paint('bold', name)}`,
        `  endpoints ${endpoints.join(', ')}`,
        `  secret ${secret}, profile ${profileText}, timezone ${timezone}, ${describeTrust(rest)}`,
      ];
    }),
    ...toWritten(routes).flatMap(({ route, to }) => [
      '',
      `route ${paint('bold', route.name)}: ${describeOrigin(route)} -> ${to.join(', ')}`,
      ...(route.when === undefined ? [] : [`  when ${route.when.text}`]),
      ...(route.combine === undefined ? [] : [`  combine: ${route.combine}, ${combineMeaning}`]),
      ...(route.observe === undefined ? [] : [`  ${describeObservation(route.observe)}`]),
      ...toRouteActions(route).map(
        (action) => `  ${formatRouteAction(action)}  on ${action.on.join(' ')}`,
      ),
    ]),
  ];
}

/** Meaning of `combine: latest`. */
const combineMeaning =
  'the run that started last sets the value, even after a FAILED of another workload';

function describeTrust({
  certificateAuthority,
  authoritySecret,
}: Pick<InstanceConfig, 'certificateAuthority' | 'authoritySecret'>): string {
  if (authoritySecret) return `CA from secret ${authoritySecret.secret}`;
  return certificateAuthority === undefined ? 'public CAs' : 'its own CA';
}

function describeTargets(targets: readonly RouteTarget[]): readonly string[] {
  const words = { globalVariable: 'global variables', job: 'jobs', machine: 'machines' } as const;
  return (['globalVariable', 'job', 'machine'] as const).flatMap((kind) => {
    const names = targets
      .filter((target) => target.kind === kind)
      .map(({ instance, name }) => `${name} (${instance})`);
    return names.length === 0 ? [] : ['', `${words[kind]}: ${names.join(', ')}`];
  });
}

function describeWide(wide: readonly WideOnBus[]): readonly string[] {
  return (['default', 'own'] as const).flatMap((bus) =>
    describeWideRoutes(wide.filter((one) => one.bus === bus)).map(
      (line) => `on ${busNames[bus]}: ${line}`,
    ),
  );
}

const busNames = { default: 'the default bus', own: 'the bus of the bridge' } as const;

function describeAccounts({ accounts }: BridgeConfig): string {
  const others = accounts.length === 0 ? '' : `, and ${accounts.join(', ')}`;
  return `allowed accounts: the account of the bridge${others}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** A group with its condition as the file has it. */
function toGroupDocumentOfFile({ when, ...group }: Group) {
  return { ...group, ...(when && { when: JSON.parse(when.text) as unknown }) };
}
