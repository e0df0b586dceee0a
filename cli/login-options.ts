/** Login options of the AutoSys commands. The web services do not accept them. */
const loginOptions = ['-usr', '-pw', '-pwx', '-saml'];

/** Removes AutoSys's login options and their values from a command line. */
export function withoutLogin(argv: readonly string[]): {
  readonly kept: readonly string[];
  readonly ignoredOptions: readonly string[];
} {
  const kept: string[] = [];
  const ignoredOptions: string[] = [];
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (loginOptions.includes(argument.toLowerCase())) {
      ignoredOptions.push(argument.toLowerCase());
      rest.shift();
    } else {
      kept.push(argument);
    }
  }
  return { kept, ignoredOptions };
}
