import type { AutosysInstance, GlobalName } from '../../autosys/names.ts';
import { createFindOpenWindow } from '../../lambda/circuit-breaker/maintenance.ts';
import type { Group } from '../../lambda/routing/groups.ts';
import type { BridgeConfig, Route } from '../../lambda/routing/routes.ts';
import type { Values } from '../command.ts';
import { readConfig } from '../config.ts';
import { connect, type connectionOptions } from '../connection.ts';
import { CommandLineError } from '../exit-code.ts';
import { readSource } from '../files.ts';
import type { Io } from '../io.ts';
import { type ledgerOptions, openLedger } from '../ledger/open.ts';
import { createTimeFormat } from '../ledger/times.ts';
import { printDirectCalls } from '../proxy.ts';
import { CallBudget } from './call-budget.ts';
import { createWhyAutosys } from './read-autosys.ts';
import { createWhyLedger } from './read-ledger.ts';
import type { WhyContext } from './why-context.ts';

/** The options of `why` that its context needs. */
type WhyOptions = Values<typeof connectionOptions & typeof ledgerOptions> & {
  readonly config: string | undefined;
  readonly jil: string | undefined;
};

/** The context of one answer, with the connection that it uses. */
export interface OpenedWhy extends AsyncDisposable {
  readonly context: WhyContext;
  readonly budget: CallBudget;
}

/**
 * Opens AutoSys, the ledger and the files of one answer. Only the files are read.
 *
 * @throws {CommandLineError} with what is missing or wrong
 */
export async function openWhyContext({
  instance,
  options,
  io,
  json,
}: {
  readonly instance: AutosysInstance;
  readonly options: WhyOptions;
  readonly io: Io;
  readonly json: boolean;
}): Promise<OpenedWhy> {
  const config = options.config === undefined ? undefined : await readWhyConfig(io, options.config);
  const configured = config && findInstance(config, instance);
  const given = options.timezone ?? configured?.timezone;
  const connection = connect('why', { ...options, timezone: given }, io);
  printDirectCalls(io, connection.endpoints, json);
  const jil = options.jil === undefined ? undefined : await readSource(io, options.jil);
  const now = io.clock.now();
  const { timezone } = connection;
  const formatTime = createTimeFormat(timezone, now.getTime()).short;
  const budget = new CallBudget();
  const hasTable = options.table !== undefined || Boolean(io.env['LEDGER_TABLE']);
  const findWindow = config && createFindOpenWindow(config.instances);
  const ledger = createWhyLedger({
    table: hasTable ? openLedger('why', options, io) : undefined,
    ...{ instance, budget, formatTime },
    now: () => now,
    groupOf: config && ((name) => config.groups?.find((group) => group.name === name)),
    openWindow: findWindow && ((nowMs) => findWindow(instance, nowMs)),
  });
  const autosys = createWhyAutosys({
    ...{ client: connection.client, budget, signal: io.signal },
    ...(jil && { jil }),
  });
  const ofConfig = config && toConfigFacts(config, instance);
  return {
    context: {
      ...{ autosys, ledger, instance, now, nowMs: now.getTime(), timezone, formatTime },
      ...ofConfig,
    },
    budget,
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

async function readWhyConfig(io: Io, path: string): Promise<BridgeConfig> {
  return (await readConfig(io, path)).config;
}

function findInstance({ instances }: BridgeConfig, name: AutosysInstance) {
  const found = instances.find((one) => one.name === name);
  if (found) return found;
  const names = instances.map((one) => one.name).join(', ');
  throw new CommandLineError('why', [
    `--instance: the route file has no instance ${name}, allowed: ${names}`,
  ]);
}

/** What the route file says about variables and runs. */
export function toConfigFacts(
  { routes, groups = [] }: Pick<BridgeConfig, 'routes' | 'groups'>,
  instance: AutosysInstance,
): Pick<WhyContext, 'routesOf' | 'observedBy' | 'groupSetting' | 'endsWithinMs'> {
  const limits = new Map(routes.map(({ name, endsWithinMs }) => [name, endsWithinMs]));
  return {
    endsWithinMs: (route) => limits.get(route),
    routesOf: (name) =>
      routes
        .filter(
          ({ to, actions, observe }) =>
            observe === undefined && to === instance && setsGlobal(actions, name),
        )
        .map((route) => route.name),
    observedBy: (name) =>
      routes
        .filter(
          ({ to, actions, observe }) =>
            observe !== undefined && to === instance && setsGlobal(actions, name),
        )
        .map((route) => route.name),
    // A variable of a group is set by nothing else.
    groupSetting: (name) =>
      groups.find(({ to, actions }) => to.includes(instance) && setsGlobal(actions, name)),
  };
}

/** Whether an action sets the variable. A name with fields of the event counts if it can be equal. */
function setsGlobal(actions: Route['actions'] | Group['actions'], name: GlobalName): boolean {
  return Object.values(actions).some((events) =>
    events.some(({ fields }) => {
      const template = fields['globalVariable'];
      if (template === undefined) return false;
      const parts = template.map((part) => (typeof part === 'string' ? escapePattern(part) : '.*'));
      return new RegExp(`^${parts.join('')}$`).test(name);
    }),
  );
}

function escapePattern(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/g, '\\$&');
}
