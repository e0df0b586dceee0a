/** Version of the package. The bundler inserts it. */
declare const bundledVersion: string;
/** Digest of the sources. The bundler inserts it. */
declare const bundledDigest: string;

/** The part of a logger that {@link logFunctionStart} needs. */
export interface FunctionStartLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Logs once per execution environment what the function was built from, as `--version` prints it. */
export function logFunctionStart(log: FunctionStartLog): void {
  log.info('function started', {
    version: typeof bundledVersion === 'undefined' ? 'unbuilt' : bundledVersion,
    build: typeof bundledDigest === 'undefined' ? 'unbuilt' : bundledDigest,
  });
}
