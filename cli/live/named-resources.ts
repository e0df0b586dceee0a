import {
  type Home,
  type Selector,
  toArnLocation,
  toSelectors,
  withLocation,
} from '../../lambda/routing/origin.ts';
import { readArn } from '../../lambda/routing/partition.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';

/** The kinds of AWS resources whose existence is checked. */
export type ResourceKind = 'stateMachine' | 'jobQueue' | 'jobDefinition';

/** A resource that the route file names, in one account and Region. Each is listed once. */
export interface NamedResource extends Home {
  readonly kind: ResourceKind;
  readonly selector: Selector;
  /** Such as `route settlement`, `target eod`, `group risk`, `requests pay`. */
  readonly usedBy: readonly string[];
  /** True if events of its executions are expected, or executions that can be awaited. */
  readonly mustBeStandard: boolean;
}

type Mention = Omit<NamedResource, 'usedBy'> & { readonly usedBy: string };

/**
 * The state machines, job queues and job definitions of a route file. A name that several routes use is
 * listed once.
 *
 * Names of Batch jobs are not in the list: they are names of runs.
 *
 * @param home account and Region of the bridge
 */
export function toNamedResources(config: BridgeConfig, home: Home): readonly NamedResource[] {
  const { routes, groups = [], targets, requests } = config;
  const mentions = [
    ...routes.flatMap(({ name, from }) => ofOrigin(`route ${name}`, from, home)),
    ...groups.flatMap(({ name, members }) =>
      members.flatMap((from) => ofOrigin(`group ${name}`, from, home)),
    ),
    ...targets.flatMap((target) => ofTarget(target, home)),
    ...requests.flatMap(({ name, stateMachines }) =>
      stateMachines.flatMap((arn) => ofArn(`requests ${name}`, arn)),
    ),
  ];
  const resources = Map.groupBy(mentions, toKey).values();
  return [...resources].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const all = [first, ...others];
    const usedBy = [...new Set(all.map((one) => one.usedBy))];
    return [{ ...first, usedBy, mustBeStandard: all.some((one) => one.mustBeStandard) }];
  });
}

function ofOrigin(
  usedBy: string,
  from: Parameters<typeof withLocation>[0],
  home: Home,
): readonly Mention[] {
  const { accounts = [], regions = [] } = withLocation(from, home);
  const locations = accounts.flatMap((account) => regions.map((region) => ({ account, region })));
  return toSelectors(from).flatMap(([kind, selector]) =>
    kind === 'batchJobName'
      ? []
      : locations.map((at) => ({ kind, selector, ...at, usedBy, mustBeStandard: true })),
  );
}

/** A target is in the account and Region of the bridge. An ARN of another one is listed as such. */
function ofTarget(target: LaunchTarget, home: Home): readonly Mention[] {
  const at = { ...(toArnLocation(target.from) ?? home), usedBy: `target ${target.name}` };
  const children = [
    ...target.children.stateMachines.map((text) => toMention('stateMachine', text, at)),
    ...target.children.jobQueues.map((text) => toMention('jobQueue', text, at)),
    ...target.children.jobDefinitions.map((text) => toMention('jobDefinition', text, at)),
  ];
  if (target.kind === 'batchJob') {
    return [
      toMention('jobQueue', target.jobQueue, at),
      toMention('jobDefinition', target.jobDefinition, at),
      ...children,
    ];
  }
  const { stateMachine, qualifier } = target;
  const name = qualifier === undefined ? stateMachine : `${stateMachine}:${qualifier}`;
  return [{ ...toMention('stateMachine', name, at), mustBeStandard: true }, ...children];
}

function toMention(
  kind: ResourceKind,
  text: string,
  at: Home & { readonly usedBy: string },
): Mention {
  const by = text.includes('*') ? 'glob' : 'name';
  return { kind, selector: { by, text }, ...at, mustBeStandard: false };
}

/** A state machine that only sends requests may be an Express one. */
function ofArn(usedBy: string, arn: string): readonly Mention[] {
  const { account, region } = readArn(arn) ?? {};
  if (account === undefined || region === undefined) return [];
  const selector = { by: 'arn', text: arn } as const;
  return [{ kind: 'stateMachine', selector, account, region, usedBy, mustBeStandard: false }];
}

/** A name and the ARN of that name are one resource. */
function toKey({ kind, selector, account, region }: Mention): string {
  const { text, except = [] } = selector;
  const name = toResourceName(kind, text);
  return JSON.stringify([kind, selector.by === 'glob', name, except, account, region]);
}

/** The name in an ARN, with its version, alias or revision; a name is returned as it is. */
export function toResourceName(kind: ResourceKind, text: string): string {
  if (!text.startsWith('arn:')) return text;
  const rest = text
    .split(':')
    .slice(kind === 'stateMachine' ? 6 : 5)
    .join(':');
  return kind === 'stateMachine' ? rest : rest.slice(rest.indexOf('/') + 1);
}
