import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { findWide, type WideRoute } from '../../route-file/rules/event-patterns.ts';

/** A route whose pattern matches more than it asks for, and on which bus. */
export interface WideOnBus extends WideRoute {
  readonly bus: 'default' | 'own';
}

/**
 * The routes that match wide, as synth prints them. Where the bridge is, is not known here: a route has a pattern on the
 * bridge's own bus where it names an account or Region.
 */
export function findWideRoutes({ routes }: BridgeConfig): readonly WideOnBus[] {
  const buses = [{ kind: 'default' }, { kind: 'own', home: {} }] as const;
  return buses.flatMap((bus) =>
    findWide(routes, bus).map((route) => ({ bus: bus.kind, ...route })),
  );
}
