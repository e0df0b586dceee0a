import { findStartFolder } from './start-folder.ts';
import { startProgram } from './start-program.ts';

const folder = findStartFolder(process.env, process.cwd());
if (folder !== undefined) process.chdir(folder);
await startProgram();
