import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { findWide, type WideRoute } from '../../route-file/rules/event-patterns.ts';

/** A route whose event pattern matches more events than the route needs, and its bus. */
export type WideOnBus = WideRoute & { readonly bus: 'default' | 'own' };

/**
 * The routes with wide patterns, as synth prints them. The account and Region of the bridge are not
 * known here, so a route that names an account or Region counts on the bus of the bridge.
 */
export function findWideRoutes({ routes }: BridgeConfig): readonly WideOnBus[] {
  const buses = [{ kind: 'default' }, { kind: 'own', home: {} }] as const;
  return buses.flatMap((bus) =>
    findWide(routes, bus).map((route) => ({ bus: bus.kind, ...route })),
  );
}
