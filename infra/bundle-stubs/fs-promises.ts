import { readFile as read } from 'node:fs';
import { promisify } from 'node:util';

/**
 * Stands in for `node:fs/promises`, of which the SDK reads its shared configuration files and no
 * more.
 *
 * Node.js loads directories, watchers and readline along with that; `node:fs` is there already.
 */
export const readFile = promisify(read);
