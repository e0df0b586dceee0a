import { Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { toStackLocation } from './stack-location.ts';

/** Finds other constructs of a class in the app, such as those of a second bridge. */
export function findOthers<T extends IConstruct>(
  self: Construct,
  kind: abstract new (...args: never[]) => T,
): readonly T[] {
  const all: readonly IConstruct[] = self.node.root.node.findAll();
  return all.filter((one): one is T => one instanceof kind && one !== self);
}

/**
 * True if two constructs are certainly in the same account and Region. False for stacks whose
 * location is unknown.
 */
export function isSameLocation(one: IConstruct, other: IConstruct): boolean {
  if (Stack.of(one) === Stack.of(other)) return true;
  const [here, there] = [toStackLocation(one), toStackLocation(other)];
  const isKnown = here.account !== undefined && here.region !== undefined;
  return isKnown && here.account === there.account && here.region === there.region;
}
