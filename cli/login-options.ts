/** What stands on a command line of AutoSys for its own login, which the web services do not take. */
const loginOptions = ['-usr', '-pw', '-pwx', '-saml'];

/** Takes AutoSys's login options and their values out of a command line. */
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
