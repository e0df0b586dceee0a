import { parseAutosysInstance } from '../../autosys/names.ts';
import type { BridgeConfig, InstanceConfig } from '../../lambda/routing/routes.ts';
import { aRoute } from './routes.ts';

/**
 * Returns a compiled route file with one instance and one route. `instance` overrides parts of the
 * instance.
 */
export function aBridgeConfig(over: Partial<InstanceConfig> = {}): BridgeConfig {
  return Object.freeze({
    instances: [anInstanceConfig(over)],
    routes: [aRoute()],
    targets: [],
    callers: [],
    requests: [],
    accounts: [],
    metricPerRoute: true,
  });
}

/** Returns an instance with the defaults of the route file compiler. */
export function anInstanceConfig(over: Partial<InstanceConfig> = {}): InstanceConfig {
  return Object.freeze({
    name: parseAutosysInstance('ACE'),
    endpoints: ['https://autosys-a.example.com:9443'],
    secret: 'autosys/ACE/bridge',
    profile: 'standard',
    timezone: 'UTC',
    confirmWithinMs: 10_000,
    deadlineMs: 4 * 86_400_000,
    oldEvents: 'park',
    drainPerSecond: 20,
    requestsUnderWay: 2,
    rereadForMs: 6 * 3_600_000,
    maintenance: [],
    ...over,
  });
}
