import type { Installation } from '../autosys/installation.ts';
import { type Secrets, toPassword } from '../bridge/secrets.ts';
import type { World } from '../world.ts';

/** So far apart the secret and AutoSys learn of a new password, in milliseconds. */
const apartMs = [0, 5_000, 60_000, 600_000, 1_800_000] as const;

/** Rotates the secret of an AutoSys: the secret first, AutoSys first, or both at once. */
export function rotate(
  { world, secrets }: { readonly world: World; readonly secrets: Secrets },
  installation: Installation,
  number: number,
): void {
  const { name } = installation;
  const password = toPassword(name, number);
  const delayMs = world.pick([...apartMs]);
  const isSecretFirst = world.chance(0.5);
  world.count('rotations');
  world.note(
    () => `${name}: rotation, ${isSecretFirst ? 'secret' : 'AutoSys'} first by ${delayMs} ms`,
  );
  installation.witness.rotated();
  world.after(isSecretFirst ? 0 : delayMs, () => secrets.put(name, password));
  world.after(isSecretFirst ? delayMs : 0, () => installation.accept(password));
}
