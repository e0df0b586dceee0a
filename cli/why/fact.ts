/** Something that was read, or the reason why it could not be read. Nothing is assumed instead. */
export type Fact<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'unread'; readonly reason: string };

/** A fact that was read. */
export function toRead<Value>(value: Value): Fact<Value> {
  return { kind: 'read', value };
}

/** A fact that could not be read. */
export function toUnread(reason: string): Extract<Fact<never>, { kind: 'unread' }> {
  return { kind: 'unread', reason };
}

/** The value of a fact; `undefined` if it could not be read. */
export function valueOf<Value>(fact: Fact<Value>): Value | undefined {
  return fact.kind === 'read' ? fact.value : undefined;
}
