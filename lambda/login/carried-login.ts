import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretLogin } from '../aws/secret-login.ts';
import type { Table } from '../ledger/table.ts';
import type { LoginSlots } from './slots.ts';
import { LoginSlotsRegistry } from './slots-registry.ts';

/** The login that a request carries, with the slots that permit it. */
export interface CarriedLogin {
  readonly login: SecretLogin;
  readonly slots: LoginSlots;
}

/** Creates the login slots of this sandbox, with real timers and a random owner name. */
export function createLoginSlots(deps: {
  readonly table: Table;
  readonly now: () => Date;
  /**
   * Called when slots could not be released because of an unexpected error. @default - it is thrown
   */
  readonly onUnexpected?: (error: unknown) => void;
}): LoginSlotsRegistry {
  return new LoginSlotsRegistry({
    sleep: (ms) => sleep(ms),
    random: () => Math.random(),
    newName: randomUUID,
    ...deps,
  });
}

/** Carries the login of a request from the function that chose it to the client that sends it. */
export function createCarriedLogin(): AsyncLocalStorage<CarriedLogin> {
  return new AsyncLocalStorage();
}
