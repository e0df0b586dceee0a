import type { Found } from '../explain/find-events.ts';

/** The account and Region that the embedded AWS takes the place of. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

/** Where the example night takes place. */
const example: Home = { account: '111122223333', region: 'eu-west-1' };

/**
 * The account and Region of the first event that names both: the embedded bus is a default bus, which sees events of its
 * own account and Region only, and the bridge's rules name these.
 */
export function findHome(found: readonly Found[]): Home {
  return found.flatMap((one) => (one.kind === 'event' ? toHome(one.event) : [])).at(0) ?? example;
}

function toHome(event: unknown): readonly Home[] {
  if (typeof event !== 'object' || event === null) return [];
  const { account, region } = event as { readonly account?: unknown; readonly region?: unknown };
  const isPlace = /^\d{12}$/.test(String(account)) && /^[a-z0-9-]+$/.test(String(region));
  return isPlace && typeof account === 'string' && typeof region === 'string'
    ? [{ account, region }]
    : [];
}
