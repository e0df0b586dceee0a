/**
 * Replacement of `Intl.ListFormat` in the bundles. Language data are loaded at the first use.
 *
 * The type checks of got create two formatters at load time, for error messages. They took about 20
 * of the 150 ms of the load time of the report function (`npm run bench -- cold`). esbuild replaces
 * every `Intl.ListFormat` by this class, so this file must not contain that name in code.
 */
export class LazyListFormat {
  readonly #options: ConstructorParameters<typeof Intl.ListFormat>;
  #format: Intl.ListFormat | undefined;

  constructor(...options: ConstructorParameters<typeof Intl.ListFormat>) {
    this.#options = options;
  }

  /** Formats items as a list, such as `a, b, and c`. */
  format(items: Iterable<string>): string {
    const { ListFormat } = Intl;
    this.#format ??= new ListFormat(...this.#options);
    return this.#format.format(items);
  }
}
