import type { BridgeConfig } from '../../lambda/shared/routes.ts';
import { planRules, type WideRoute } from '../../lambda/shared/rules/event-patterns.ts';

/** A route whose pattern matches more than it asks for, and on which bus. */
export interface WideOnBus extends WideRoute {
  readonly bus: 'default' | 'own';
}

/**
 * The routes that match wide, as synth prints them. The bridge has a bus of its own only where other accounts or Regions
 * are let in, which the stack decides; it is looked at where the route file names some.
 */
export function findWideRoutes({ routes, accounts }: BridgeConfig): readonly WideOnBus[] {
  const hasOwnBus = accounts.length > 0 || routes.some(({ from }) => from.regions !== undefined);
  const buses = ['default', ...(hasOwnBus ? (['own'] as const) : [])] as const;
  return buses.flatMap((bus) =>
    planRules(routes, { kind: bus }).wide.map((route) => ({ bus, ...route })),
  );
}
