import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackName } from './cloud.ts';

/** A resource of a template, as far as the test looks. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

/** The resources of the stack in a cloud assembly, by logical id. */
export function readResources(assembly: string): Template['Resources'] {
  return readTemplate(assembly).Resources;
}

/** Writes the stack's resources anew. */
export function changeResources(
  assembly: string,
  change: (resources: Template['Resources']) => Template['Resources'],
): void {
  const template = readTemplate(assembly);
  const changed = { ...template, Resources: change(template.Resources) };
  writeFileSync(toPath(assembly), JSON.stringify(changed, undefined, 1));
}

/**
 * Takes out what CloudFormation has and the emulator has not, so that the rest of the stack is deployed as it stands.
 *
 * @returns the types that were taken out, each once
 */
export function leaveOut(assembly: string, types: readonly string[]): readonly string[] {
  const entries = Object.entries(readResources(assembly));
  const left = entries.filter(([, { Type }]) => types.includes(Type));
  if (left.length > 0) {
    const ids = left.map(([id]) => id);
    changeResources(assembly, () =>
      Object.fromEntries(
        entries
          .filter(([id]) => !ids.includes(id))
          .map(([id, one]) => [id, { ...one, ...withoutIds(one, ids) }]),
      ),
    );
  }
  return [...new Set(left.map(([, { Type }]) => Type))];
}

function withoutIds({ DependsOn }: TemplateResource, ids: readonly string[]) {
  return DependsOn && { DependsOn: [DependsOn].flat().filter((id) => !ids.includes(id)) };
}

function readTemplate(assembly: string): Template {
  return JSON.parse(readFileSync(toPath(assembly), 'utf8'));
}

function toPath(assembly: string): string {
  return join(assembly, `${stackName}.template.json`);
}
