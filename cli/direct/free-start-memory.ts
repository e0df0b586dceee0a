import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What V8 offers with `--expose-gc`. */
type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * Frees the memory that the start of the command has used. A command that waits allocates so little
 * that V8 would keep it for hours: 3.5 MB, measured with Node.js 24.
 *
 * It takes about 20 ms. A Node.js that does not offer it keeps the memory.
 */
export function freeStartMemory(): void {
  try {
    setFlagsFromString('--expose-gc');
    const collect: Collect | undefined = runInNewContext('globalThis.gc');
    setFlagsFromString('--no-expose-gc');
    collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  } catch {
    // It only saves memory.
  }
}

/**
 * The function, which calls {@link freeStartMemory} after its first answer, and again after twice as
 * many. The later ones free what the first polls have used; a long wait hardly pays for them.
 */
export function collectRarely<Given extends readonly unknown[], Answer>(
  ask: (...given: Given) => Promise<Answer>,
  collect: () => void = freeStartMemory,
): (...given: Given) => Promise<Answer> {
  let answers = 0;
  let next = 1;
  return async function askAndCollect(...given) {
    const answer = await ask(...given);
    answers += 1;
    if (answers === next) {
      next *= 2;
      collect();
    }
    return answer;
  };
}
