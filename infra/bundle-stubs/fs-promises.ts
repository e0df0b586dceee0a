import { readFile as read } from 'node:fs';
import { promisify } from 'node:util';

/**
 * Stub of `node:fs/promises`. The SDK only uses it to read its shared configuration files.
 *
 * The original also loads directories, watchers and readline. `node:fs` is already loaded.
 */
export const readFile = promisify(read);
