import { parseAutosysInstance } from '../../autosys/names.ts';
import type { NightConfig } from '../../lambda/routing/night-config.ts';

/** Returns pages of the night of one instance with the defaults of the route file compiler. */
export function aNightConfig(over: Partial<NightConfig> = {}): NightConfig {
  return Object.freeze({
    instances: [parseAutosysInstance('ACE')],
    since: '20:00',
    everyMinutes: 5,
    keepDays: 14,
    readers: ['arn:aws:iam::111122223333:role/Operators'],
    ...over,
  });
}
