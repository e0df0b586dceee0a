import { isIPv4, isIPv6 } from 'node:net';

/** A run of addresses, its ends as hexadecimal digits: 8 for IPv4, 32 for IPv6; both ends belong to it. */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

/**
 * Reads `10.0.0.0/8` or `2001:db8::/32`.
 *
 * EventBridge wants fewer mask bits than the address has (at most 31, or 127): `/32` is refused (event-ruler, CIDR.java).
 *
 * @returns the range, or what is wrong with the text
 */
export function readCidr(text: string): AddressRange | { readonly wrong: string } {
  const [address = '', mask, ...rest] = text.split('/');
  if (mask === undefined || rest.length > 0) return { wrong: 'an address, one "/" and mask bits' };
  const digits = addressDigits(address);
  if (digits === undefined) return { wrong: 'an IPv4 or IPv6 address before the "/"' };
  const most = digits.length * 4 - 1;
  if (!/^\d{1,3}$/.test(mask) || Number(mask) > most) return { wrong: `0 to ${most} mask bits` };
  return maskedRange(digits, Number(mask));
}

/** The range of one address, for a plain value that reads as an address: `10.0.0.1` also accepts other spellings of it. */
export function readAddress(text: string): AddressRange | undefined {
  const digits = addressDigits(text);
  return digits === undefined ? undefined : { first: digits, last: digits };
}

/**
 * Says whether a text is an address within the range.
 *
 * The engine compares digit by digit and stops as soon as it is sure, so the longer of two unlike families is judged by
 * its first digits: `2001:db8::1` counts as within `32.0.0.0/8`. Strange, but so does EventBridge (event-ruler 2.1.0).
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
  const spell = (value: bigint) => value.toString(16).toUpperCase().padStart(digits.length, '0');
  return { first: spell(address - (address & free)), last: spell(address | free) };
}

/** The digits of an address; an IPv6 address that wraps an IPv4 one (`::ffff:a00:1`) counts as the IPv4 one. */
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
