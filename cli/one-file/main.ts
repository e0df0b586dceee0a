import { startProgram } from '../start-program.ts';

// Without `await`: the bundle consists of CommonJS modules.
void startProgram();
