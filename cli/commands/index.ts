import type { Command } from '../command.ts';
import { demo } from './demo.ts';
import { explain } from './explain.ts';
import { validate } from './validate.ts';

/** Every command, in the order of the overview. */
export const commands: readonly Command[] = [demo, validate, explain];
