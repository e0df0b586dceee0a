export type { Attribute, JilScript, Statement, Subcommand } from './ast.ts';
export { subcommands } from './ast.ts';
export type { JobDefinitionReading } from './job.ts';
export { readJobStatement } from './job.ts';
export { parseJil, readJil } from './parser.ts';
export type { JilStyle, JobStyle, PrintableStatement } from './print.ts';
export { printJil, printJobs } from './print.ts';
export { readJobUpdate } from './update.ts';
