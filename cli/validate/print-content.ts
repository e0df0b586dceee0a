import { describeProblem, toPosition } from '../../autosys/source.ts';
import type { BridgeConfig, InstanceConfig } from '../../lambda/routing/routes.ts';
import type { NamedSecret, RouteFile } from '../../route-file/index.ts';
import { describeWideRoutes } from '../../route-file/rules/describe-wide.ts';
import {
  describeOrigin,
  formatRouteAction,
  type RouteTarget,
  toRouteActions,
  toTargets,
} from '../describe-route.ts';
import type { Io } from '../io.ts';
import { createPaint, type Paint, printJson, printLines, toTerminalLines } from '../render.ts';
import { findWideRoutes, type WideOnBus } from './wide-routes.ts';

/** A route file without fault, and its secrets where these were read. */
export interface Content {
  readonly file: RouteFile;
  readonly secrets: readonly NamedSecret[] | undefined;
}

/** Says what a route file says; with --json as data. */
export function printContent(content: Content, io: Io, json: boolean): void {
  const { config, source, warnings } = content.file;
  const targets = toTargets(config.routes);
  const wide = findWideRoutes(config);
  if (json) {
    const told = warnings.map((warning) => ({
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
      warnings: told,
      ...(secrets && { secrets }),
    });
    return;
  }
  const paint = createPaint(io.stdout, io.env);
  const counts = [
    count(config.instances.length, 'instance'),
    count(config.routes.length, 'route'),
    count(targets.length, 'target'),
  ];
  printLines(io.stdout, [
    `${source.name}: ${paint('green', 'no faults')}; ${counts.join(', ')}`,
    ...describeConfig(config, paint),
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

function describeSecrets(secrets: Content['secrets']): readonly string[] {
  if (secrets === undefined) return [];
  const each = secrets.map(({ secret, holds, instance }) => {
    return `${secret} (${holds === 'login' ? 'login' : 'CA'} of ${instance})`;
  });
  return [`secrets that were read, and read well: ${each.join(', ')}`];
}

function toDocument(
  { instances, routes, accounts }: BridgeConfig,
  targets: readonly RouteTarget[],
) {
  return {
    instances: instances.map(({ certificateAuthority, ...instance }) => ({
      ...instance,
      ownCertificateAuthority:
        certificateAuthority !== undefined || instance.authoritySecret !== undefined,
    })),
    routes: routes.map((route) => ({
      name: route.name,
      from: route.from,
      to: route.to,
      ...(route.combine && { combine: route.combine }),
      says: toRouteActions(route),
    })),
    accounts,
    targets,
  };
}

function describeConfig({ instances, routes }: BridgeConfig, paint: Paint): readonly string[] {
  return [
    ...instances.flatMap(({ name, endpoints, secret, profile, timezone, ...rest }) => {
      const speaks = typeof profile === 'string' ? profile : 'with overrides';
      return [
        '',
        `instance ${paint('bold', name)}`,
        `  endpoints ${endpoints.join(', ')}`,
        `  secret ${secret}, profile ${speaks}, timezone ${timezone}, ${describeTrust(rest)}`,
      ];
    }),
    ...routes.flatMap((route) => [
      '',
      `route ${paint('bold', route.name)}: ${describeOrigin(route)} -> ${route.to}`,
      ...(route.combine === undefined ? [] : [`  combine: ${route.combine}, ${combineMeaning}`]),
      ...toRouteActions(route).map(
        (saying) => `  ${formatRouteAction(saying)}  on ${saying.on.join(' ')}`,
      ),
    ]),
  ];
}

/** What `combine: latest` lets happen. */
const combineMeaning = 'the run that began last decides, also over a FAILED of another workload';

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
  return `accounts that may speak: the bridge's own${others}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
