import { isIPv4, isIPv6 } from 'node:net';

/** A range of addresses, both ends included, as hexadecimal digits: 8 for IPv4, 32 for IPv6. */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

/**
 * Reads `10.0.0.0/8` or `2001:db8::/32`.
 *
 * EventBridge accepts at most 31 mask bits for IPv4 and 127 for IPv6. It rejects `/32`
 * (event-ruler, CIDR.java).
 *
 * @returns the range, or a description of the allowed text
 */
export function readCidr(text: string): AddressRange | { readonly allowed: string } {
  const [address = '', mask, ...rest] = text.split('/');
  if (mask === undefined || rest.length > 0) {
    return { allowed: 'an address, one "/" and mask bits' };
  }
  const digits = addressDigits(address);
  if (digits === undefined) return { allowed: 'an IPv4 or IPv6 address before the "/"' };
  const most = digits.length * 4 - 1;
  if (!/^\d{1,3}$/.test(mask) || Number(mask) > most) return { allowed: `0 to ${most} mask bits` };
  return maskedRange(digits, Number(mask));
}

/** The range of one address. A plain value such as `10.0.0.1` also matches its other spellings. */
export function readAddress(text: string): AddressRange | undefined {
  const digits = addressDigits(text);
  return digits === undefined ? undefined : { first: digits, last: digits };
}

/**
 * Whether a text is an address within the range.
 *
 * The engine compares digit by digit and stops when the result is certain. So it compares only the
 * first digits of an IPv6 address with an IPv4 range: `2001:db8::1` is within `32.0.0.0/8`.
 * EventBridge does the same (event-ruler 2.1.0).
 */
export function withinRange(text: string, { first, last }: AddressRange): boolean {
  const digits = addressDigits(text);
  if (digits === undefined) return false;
  if (digits.length >= first.length) {
    const start = digits.slice(0, first.length);
    return first <= start && start <= last;
  }
  return first.slice(0, digits.length) < digits && digits < last.slice(0, digits.length);
}

function maskedRange(digits: string, mask: number): AddressRange {
  const width = BigInt(digits.length * 4);
  const free = (1n << (width - BigInt(mask))) - 1n;
  const address = BigInt(`0x${digits}`);
  const toDigits = (value: bigint) => value.toString(16).toUpperCase().padStart(digits.length, '0');
  return { first: toDigits(address - (address & free)), last: toDigits(address | free) };
}

/** The digits of an address. An IPv4-mapped IPv6 address (`::ffff:a00:1`) counts as IPv4. */
function addressDigits(text: string): string | undefined {
  if (isIPv4(text))
    return text
      .split('.')
      .map((part) => hex(Number(part), 2))
      .join('');
  if (!isIPv6(text) || /[^0-9a-fA-F:]/.test(text)) return undefined;
  const [head = '', tail] = text.split('::');
  const left = groups(head);
  const right = groups(tail ?? '');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  const digits = [...left, ...Array<number>(gap).fill(0), ...right]
    .map((group) => hex(group, 4))
    .join('');
  return digits.startsWith(`${'0'.repeat(20)}FFFF`) ? digits.slice(24) : digits;
}

const groups = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0');
