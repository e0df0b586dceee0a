import { ServiceRefusal } from './refusal.ts';

/** A value that breaks a constraint of the API model. */
export interface Violation {
  /** Path of the member, such as `arrayProperties.size`. */
  readonly path: string;
  /** The value; undefined if the model marks it as sensitive. */
  readonly found: string | undefined;
  /** The constraint, in the words of AWS: `Member must not be null`. */
  readonly rule: string;
}

/** A reader of one member of a request. */
export interface Shape<Value> {
  /**
   * Returns the value, and adds what breaks a constraint to `violations`. The value counts only if
   * there are no violations.
   *
   * @throws {ServiceRefusal} `SerializationException` for a value of another JSON type
   */
  read(value: unknown, path: string, violations: Violation[]): Value;
}

type Members = Readonly<Record<string, Shape<unknown>>>;
/** The value of a structure: a member that is absent or null is `undefined`. */
type StructureOf<Of extends Members> = {
  readonly [Name in keyof Of]: Of[Name] extends Shape<infer Value> ? Value : never;
};

/** A JSON object. Members that the shape does not name are ignored, as AWS does. */
export function structure<Of extends Members>(members: Of): Shape<StructureOf<Of>> {
  return {
    read(value, path, violations) {
      if (!required(value, path, violations)) return {} as StructureOf<Of>;
      const object = isRecord(value) ? value : refuseType(value, path, 'an object');
      const entries = Object.entries(members).map(([name, shape]) => {
        const at = path === '' ? name : `${path}.${name}`;
        return [name, shape.read(object[name] ?? undefined, at, violations)];
      });
      return Object.fromEntries(entries) as StructureOf<Of>;
    },
  };
}

/** A member that may be absent or null. */
export function optionalMember<Value>(shape: Shape<Value>): Shape<Value | undefined> {
  return {
    read: (value, path, violations) =>
      value === undefined || value === null ? undefined : shape.read(value, path, violations),
  };
}

/** Constraints of a text. Lengths are in UTF-16 code units, unless said otherwise. */
export interface TextRules {
  readonly min?: number;
  readonly max?: number;
  /** In bytes of UTF-8. */
  readonly maxBytes?: number;
  readonly pattern?: RegExp;
  /** Whether errors leave out the value. @default false */
  readonly sensitive?: boolean;
}

/** A JSON string. */
export function textMember(rules: TextRules = {}): Shape<string> {
  const { min = 0, max = Number.POSITIVE_INFINITY, maxBytes, pattern, sensitive } = rules;
  return {
    read(value, path, violations) {
      if (!required(value, path, violations)) return '';
      if (typeof value !== 'string') return refuseType(value, path, 'a string');
      const found = sensitive ? undefined : value;
      const report = (rule: string) => violations.push({ path, found, rule });
      if (value.length < min) report(`Member must have length greater than or equal to ${min}`);
      if (value.length > max) report(`Member must have length less than or equal to ${max}`);
      if (maxBytes !== undefined && Buffer.byteLength(value) > maxBytes) {
        report(`Member must have size less than or equal to ${maxBytes} bytes in UTF-8 encoding`);
      }
      if (pattern && !pattern.test(value)) {
        report(`Member must satisfy regular expression pattern: ${pattern.source}`);
      }
      return value;
    },
  };
}

/** One of a fixed set of texts. */
export function enumMember<const Value extends string>(values: readonly Value[]): Shape<Value> {
  return {
    read(value, path, violations) {
      const found = textMember().read(value, path, violations);
      const known = values.find((one) => one === found);
      if (known !== undefined) return known;
      const rule = `Member must satisfy enum value set: [${values.join(', ')}]`;
      if (value !== undefined) violations.push({ path, found, rule });
      return found as Value;
    },
  };
}

/** A whole JSON number. */
export function integerMember({ min, max }: { min?: number; max?: number } = {}): Shape<number> {
  return {
    read(value, path, violations) {
      if (!required(value, path, violations)) return 0;
      if (typeof value !== 'number' || !Number.isInteger(value)) {
        return refuseType(value, path, 'an integer');
      }
      const report = (rule: string) => violations.push({ path, found: String(value), rule });
      if (min !== undefined && value < min) {
        report(`Member must have value greater than or equal to ${min}`);
      }
      if (max !== undefined && value > max) {
        report(`Member must have value less than or equal to ${max}`);
      }
      return value;
    },
  };
}

/** A JSON boolean. */
export function flagMember(): Shape<boolean> {
  return {
    read(value, path, violations) {
      if (!required(value, path, violations)) return false;
      return typeof value === 'boolean' ? value : refuseType(value, path, 'a boolean');
    },
  };
}

/** A JSON array. */
export function listMember<Item>(item: Shape<Item>): Shape<readonly Item[]> {
  return {
    read(value, path, violations) {
      if (!required(value, path, violations)) return [];
      if (!Array.isArray(value)) return refuseType(value, path, 'an array');
      return value.map((one, at) => item.read(one, `${path}.${at + 1}.member`, violations));
    },
  };
}

/** A JSON object with texts as values. */
export function textMapMember(): Shape<Readonly<Record<string, string>>> {
  return {
    read(value, path, violations) {
      if (!required(value, path, violations)) return {};
      const object = isRecord(value) ? value : refuseType(value, path, 'an object');
      const entries = Object.entries(object).map(([key, one]) => {
        return [key, textMember().read(one, `${path}.${key}`, violations)];
      });
      return Object.fromEntries(entries);
    },
  };
}

/** The message of `ValidationException`, in the form of AWS. */
export function describeViolations(violations: readonly Violation[]): string {
  const { length } = violations;
  const described = violations.map(({ path, found, rule }) => {
    const value = rule === notNull ? ' null' : found === undefined ? '' : ` '${found}'`;
    return `Value${value} at '${path}' failed to satisfy constraint: ${rule}`;
  });
  return `${length} validation error${length === 1 ? '' : 's'} detected: ${described.join('; ')}`;
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const notNull = 'Member must not be null';

function required(value: unknown, path: string, violations: Violation[]): boolean {
  if (value !== undefined && value !== null) return true;
  violations.push({ path, found: undefined, rule: notNull });
  return false;
}

function refuseType(value: unknown, path: string, allowed: string): never {
  const found = Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
  throw new ServiceRefusal(
    'SerializationException',
    `${path || 'request'}: found ${found}, allowed: ${allowed}`,
  );
}
