import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackName } from './cloud.ts';

/** The parts of a template resource that the test reads. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

/** Returns the resources of the stack in a cloud assembly, by logical id. */
export function readResources(assembly: string): Template['Resources'] {
  return readTemplate(assembly).Resources;
}

/** Rewrites the resources of the stack. */
export function changeResources(
  assembly: string,
  change: (resources: Template['Resources']) => Template['Resources'],
): void {
  const template = readTemplate(assembly);
  const changed = { ...template, Resources: change(template.Resources) };
  writeFileSync(toPath(assembly), JSON.stringify(changed, undefined, 1));
}

/**
 * Removes resources that the emulator does not support, so that the rest of the stack is deployed
 * unchanged. References to them are replaced by a text.
 *
 * @param sayUnknown returns why a resource is removed; `undefined` if it stays
 * @returns the removed types, each once
 */
export function leaveOut(
  assembly: string,
  sayUnknown: (resource: TemplateResource) => string | undefined,
): readonly string[] {
  const entries = Object.entries(readResources(assembly));
  const left = entries.flatMap(([id, resource]) => {
    const what = sayUnknown(resource);
    return what === undefined ? [] : [{ id, what }];
  });
  if (left.length > 0) {
    const ids = left.map(({ id }) => id);
    const kept = entries.filter(([id]) => !ids.includes(id));
    changeResources(assembly, () =>
      Object.fromEntries(kept.map(([id, one]) => [id, withoutIds(one, ids)])),
    );
  }
  return [...new Set(left.map(({ what }) => what))];
}

function withoutIds(resource: TemplateResource, ids: readonly string[]): TemplateResource {
  const { DependsOn, Properties } = resource;
  return {
    ...resource,
    ...(DependsOn && { DependsOn: [DependsOn].flat().filter((id) => !ids.includes(id)) }),
    ...(Properties && {
      Properties: JSON.parse(JSON.stringify(Properties), (_, value) =>
        isReference(value, ids) ? 'left-out' : value,
      ),
    }),
  };
}

function isReference(value: unknown, ids: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { Ref, 'Fn::GetAtt': getAtt } = value as { Ref?: unknown; 'Fn::GetAtt'?: unknown };
  return ids.some((id) => Ref === id || (Array.isArray(getAtt) && getAtt[0] === id));
}

function readTemplate(assembly: string): Template {
  return JSON.parse(readFileSync(toPath(assembly), 'utf8'));
}

function toPath(assembly: string): string {
  return join(assembly, `${stackName}.template.json`);
}
