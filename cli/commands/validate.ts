import { describeProblem, SourceError, toPosition } from '../../autosys/source.ts';
import type { RouteFile } from '../../lambda/shared/route-file/index.ts';
import type { BridgeConfig, InstanceConfig } from '../../lambda/shared/routes.ts';
import { defineCommand } from '../command.ts';
import { readConfig } from '../config.ts';
import {
  describeOrigin,
  describeSaying,
  type Target,
  toSayings,
  toTargets,
} from '../describe-route.ts';
import { CommandLineError, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { createPaint, type Paint, printJson, printLines, toFaultDocuments } from '../render.ts';

/** Checks the route file as synth does: every fault with its place, or what the file says. */
export const validate = defineCommand({
  name: 'validate',
  summary: 'checks a route file, and says every fault with its place',
  options: {},
  positionals: { value: 'FILE', about: 'the route file such as bridge.yaml; - for stdin' },
  notes: [
    'A file that is wrong is described on stderr as FILE:LINE:COLUMN with the line itself, and ends with 1. With --json the faults are data, on stdout.',
  ],
  examples: ['validate bridge.yaml', 'validate bridge.yaml --json'],
  run: async ({ positionals, json, io }) => {
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) {
      const found = path === undefined ? 'none' : `${positionals.length}`;
      throw new CommandLineError('validate', [`expected one FILE, found ${found}`]);
    }
    try {
      tellContent(await readConfig(io, path), io, json);
      return exitCodes.done;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      tellFaults(error, io, json);
      return exitCodes.refused;
    }
  },
});

function tellFaults(error: SourceError, io: Io, json: boolean): void {
  const { source, problems } = error;
  if (json) {
    printJson(io.stdout, { file: source.name, ok: false, faults: toFaultDocuments(error) });
    return;
  }
  const count = problems.length === 1 ? '1 fault' : `${problems.length} faults`;
  const paint = createPaint(io.stderr, io.env);
  printLines(io.stderr, [error.message, '', paint('red', `${source.name}: ${count}`)]);
}

function tellContent({ config, source, warnings }: RouteFile, io: Io, json: boolean): void {
  const targets = toTargets(config.routes);
  if (json) {
    const told = warnings.map((warning) => ({
      file: source.name,
      ...toPosition(source, warning.start),
      message: warning.message,
    }));
    printJson(io.stdout, {
      file: source.name,
      ok: true,
      ...toDocument(config, targets),
      warnings: told,
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
  ]);
  printLines(
    io.stderr,
    warnings.map((warning) => `warning: ${describeProblem(source, warning)}`),
  );
}

function toDocument({ instances, routes, accounts }: BridgeConfig, targets: readonly Target[]) {
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
      says: toSayings(route),
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
      ...toSayings(route).map((saying) => `  ${describeSaying(saying)}  on ${saying.on.join(' ')}`),
    ]),
  ];
}

function describeTrust({
  certificateAuthority,
  authoritySecret,
}: Pick<InstanceConfig, 'certificateAuthority' | 'authoritySecret'>): string {
  if (authoritySecret) return `CA from secret ${authoritySecret.secret}`;
  return certificateAuthority === undefined ? 'public CAs' : 'its own CA';
}

function describeTargets(targets: readonly Target[]): readonly string[] {
  const words = { globalVariable: 'global variables', job: 'jobs', machine: 'machines' } as const;
  return (['globalVariable', 'job', 'machine'] as const).flatMap((kind) => {
    const names = targets
      .filter((target) => target.kind === kind)
      .map(({ instance, name }) => `${name} (${instance})`);
    return names.length === 0 ? [] : ['', `${words[kind]}: ${names.join(', ')}`];
  });
}

function describeAccounts({ accounts }: BridgeConfig): string {
  const others = accounts.length === 0 ? '' : `, and ${accounts.join(', ')}`;
  return `accounts that may speak: the bridge's own${others}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
