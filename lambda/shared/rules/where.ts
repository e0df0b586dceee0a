import { type Origin, toSelectors } from '../origin.ts';
import { readArn } from '../partition.ts';
import type { RuleBus } from './bus.ts';
import type { Where } from './clause.ts';

/**
 * The accounts and Regions that a pattern on this bus must ask for.
 *
 * @returns `undefined` where the bus never sees an event of the origin: a default bus sees its own account and Region only
 */
export function toWhere(origin: Origin, bus: RuleBus): Where | undefined {
  const { accounts, regions } = origin;
  if (bus.kind === 'own') {
    return { ...(accounts && { account: accounts }), ...(regions && { region: regions }) };
  }
  const arns = toSelectors(origin).flatMap(([, { by, text }]) => (by === 'arn' ? [text] : []));
  const isSeen = [
    ...[accounts, ...arns.map((arn) => listOf(readArn(arn)?.account))].map((asked) =>
      includes(asked, bus.account),
    ),
    ...[regions, ...arns.map((arn) => listOf(readArn(arn)?.region))].map((asked) =>
      includes(asked, bus.region),
    ),
  ].every(Boolean);
  if (!isSeen) return undefined;
  // What is known of the bus need not be asked for: its events have that account and Region.
  return {
    ...(accounts && bus.account === undefined && { account: accounts }),
    ...(regions && bus.region === undefined && { region: regions }),
  };
}

function listOf(one: string | undefined): readonly string[] | undefined {
  return one === undefined ? undefined : [one];
}

function includes(asked: readonly string[] | undefined, own: string | undefined): boolean {
  return asked === undefined || own === undefined || asked.includes(own);
}
