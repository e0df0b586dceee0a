import { NameError } from '../autosys/errors.ts';

/** A request that AutoSys would refuse, answered with 400: the field and what is wrong with it. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`);
    this.field = field;
  }
}

/** The fields of a JSON body. Each is read through a parser; unknown fields are ignored. */
export class Fields {
  readonly #given: Readonly<Record<string, unknown>>;

  constructor(given: Readonly<Record<string, unknown>>) {
    this.#given = given;
  }

  /**
   * Reads a required field.
   *
   * @param names - its spellings; the first that is present is used
   * @throws {FieldError} when it is missing, is neither text nor a number, or its parser rejects it
   */
  required<Value>(names: string | readonly string[], parse: (text: string) => Value): Value {
    const [name, ...others] = typeof names === 'string' ? [names] : names;
    const spellings = [name ?? '', ...others];
    const present = spellings.find((spelling) => this.#given[spelling] != null);
    if (present === undefined) {
      throw new FieldError(spellings.join(' or '), `missing; the body has ${this.#describe()}`);
    }
    return this.#read(present, parse);
  }

  /** Reads a field that may be absent, empty or null. @throws {FieldError} as {@link required} */
  optional<Value>(name: string, parse: (text: string) => Value): Value | undefined {
    const value = this.#given[name];
    return value == null || value === '' ? undefined : this.#read(name, parse);
  }

  #read<Value>(name: string, parse: (text: string) => Value): Value {
    const value = this.#given[name];
    // Jackson, which AEWS very likely uses, converts a JSON number to the text of a String field
    // (inferred).
    if (typeof value !== 'string' && typeof value !== 'number') {
      const found = Array.isArray(value) ? 'an array' : `a ${typeof value}`;
      throw new FieldError(name, `found ${found}, expected a text`);
    }
    try {
      return parse(String(value));
    } catch (error) {
      if (error instanceof NameError) throw new FieldError(name, error.message);
      throw error;
    }
  }

  #describe(): string {
    const names = Object.keys(this.#given).map((name) => name.slice(0, 64));
    return names.length === 0 ? 'no fields' : names.slice(0, 10).join(', ');
  }
}
