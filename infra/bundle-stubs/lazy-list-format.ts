/**
 * Stands in for `Intl.ListFormat` in the bundles: language data are loaded when something is first
 * formatted.
 *
 * got's type checks make two formatters at load, for the messages of their errors; together they
 * took about 20 of the 150 ms that the report's code took to load (`npm run bench -- cold`).
 * esbuild puts this class wherever `Intl.ListFormat` stands, so it must not be named so in here.
 */
export class LazyListFormat {
  readonly #options: ConstructorParameters<typeof Intl.ListFormat>;
  #format: Intl.ListFormat | undefined;

  constructor(...options: ConstructorParameters<typeof Intl.ListFormat>) {
    this.#options = options;
  }

  /** The items as a list in words, such as `a, b, and c`. */
  format(items: Iterable<string>): string {
    const { ListFormat } = Intl;
    this.#format ??= new ListFormat(...this.#options);
    return this.#format.format(items);
  }
}
