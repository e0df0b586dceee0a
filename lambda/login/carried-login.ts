import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Table } from '../ledger/table.ts';
import type { CarriedLogin } from './login.ts';
import { LoginSlotsRegistry } from './slots-registry.ts';

/** Binds the slots of the logins to the real world: timers, and a random name for this sandbox. */
export function createLoginSlots(deps: {
  readonly table: Table;
  readonly now: () => Date;
  /** Notified of an unexpected failure to give slots back. @default - it is thrown */
  readonly onUnexpected?: (error: unknown) => void;
}): LoginSlotsRegistry {
  return new LoginSlotsRegistry({
    sleep: (ms) => sleep(ms),
    random: () => Math.random(),
    newName: randomUUID,
    ...deps,
  });
}

/** What hands the login of a request from the place that chose it to the client that sends it. */
export function createCarriedLogin(): AsyncLocalStorage<CarriedLogin> {
  return new AsyncLocalStorage();
}
