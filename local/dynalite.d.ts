/** What is used of dynalite, which brings no types. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** How long a new table is CREATING. */
    readonly createTableMs?: number;
  }

  /** Speaks DynamoDB's protocol for tables in memory; does not listen yet. */
  function dynalite(options?: Options): Server;
  export = dynalite;
}
