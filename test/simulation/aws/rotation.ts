import type { Account } from '../autosys/account.ts';
import { type Secrets, toPassword } from '../bridge/secrets.ts';
import type { World } from '../world.ts';

/** Possible delays between the change in the secret and the change in AutoSys, in milliseconds. */
const delaysMs = [0, 5_000, 60_000, 600_000, 1_800_000] as const;

/** Rotates a password: the secret first, AutoSys first, or both at once. */
export function rotate(
  { world, secrets }: { readonly world: World; readonly secrets: Secrets },
  account: Account,
  number: number,
): void {
  const { secret } = account;
  const password = toPassword(secret, number);
  const delayMs = world.pick([...delaysMs]);
  const isSecretFirst = world.chance(0.5);
  world.count('rotations');
  world.log(
    () =>
      `secret ${secret}: rotation, ${isSecretFirst ? 'secret' : 'AutoSys'} first by ${delayMs} ms`,
  );
  account.newPasswords.add(password);
  world.after(isSecretFirst ? 0 : delayMs, () => secrets.put(secret, password));
  world.after(isSecretFirst ? delayMs : 0, () => account.accept(password));
}
