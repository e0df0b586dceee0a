import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isJsonObject,
  type JsonObject,
  objectAt,
  TemplateError,
  textAt,
} from './template-error.ts';

/** One stack of a cloud assembly: its template and the paths of its assets. */
export interface AssemblyStack {
  readonly name: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly parameters: JsonObject;
  /** Directory or file of each asset, by the object key under which it would be uploaded. */
  readonly assetPathByKey: ReadonlyMap<string, string>;
}

/** A resource as in the template. */
export interface Resource {
  readonly type: string;
  readonly properties: JsonObject;
}

/**
 * Reads the output of `cdk synth`: the manifest, then each stack with its template and assets.
 *
 * Stacks inside stages are not read.
 *
 * @param directory such as `cdk.out`
 * @throws {TemplateError} when a file is missing or invalid, or there is no stack
 */
export function readAssembly(directory: string): readonly AssemblyStack[] {
  const manifest = readJson(directory, 'manifest.json');
  const artifacts = objectAt(manifest['artifacts'], 'manifest.json, artifacts');
  const stacks = Object.entries(artifacts).filter(
    ([, artifact]) => isJsonObject(artifact) && artifact['type'] === 'aws:cloudformation:stack',
  );
  if (stacks.length === 0) {
    throw new TemplateError(join(directory, 'manifest.json'), {
      found: 'no stack',
      allowed: 'at least one artifact of type aws:cloudformation:stack',
    });
  }
  const assetPathByKey = readAssets(directory, artifacts);
  return stacks.map(([id, artifact]) => readStack(directory, id, artifact, assetPathByKey));
}

function readStack(
  directory: string,
  id: string,
  artifact: unknown,
  assetPathByKey: ReadonlyMap<string, string>,
): AssemblyStack {
  const where = `manifest.json, ${id}`;
  const properties = objectAt(objectAt(artifact, where)['properties'], where);
  const file = textAt(properties['templateFile'], `${where}, templateFile`);
  const template = readJson(directory, file);
  const resources = Object.entries(objectAt(template['Resources'], file)).map(
    ([logicalId, value]) => {
      const resource = objectAt(value, `${file}, ${logicalId}`);
      const type = textAt(resource['Type'], `${file}, ${logicalId}, Type`);
      return [
        logicalId,
        { type, properties: objectAt(resource['Properties'], logicalId) },
      ] as const;
    },
  );
  return {
    name: textAt(properties['stackName'] ?? id, `${where}, stackName`),
    resources: Object.fromEntries(resources),
    parameters: objectAt(template['Parameters'], `${file}, Parameters`),
    assetPathByKey,
  };
}

function readAssets(directory: string, artifacts: JsonObject): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const [id, value] of Object.entries(artifacts)) {
    const artifact = objectAt(value, `manifest.json, ${id}`);
    if (artifact['type'] !== 'cdk:asset-manifest') continue;
    const { file } = objectAt(artifact['properties'], `manifest.json, ${id}`);
    const name = textAt(file, `manifest.json, ${id}, file`);
    for (const asset of Object.values(objectAt(readJson(directory, name)['files'], name))) {
      const { source, destinations } = objectAt(asset, name);
      const { path } = objectAt(source, `${name}, source`);
      if (typeof path !== 'string') continue;
      for (const destination of Object.values(objectAt(destinations, `${name}, destinations`))) {
        const { objectKey } = objectAt(destination, name);
        paths.set(textAt(objectKey, `${name}, objectKey`), join(directory, path));
      }
    }
  }
  return paths;
}

function readJson(directory: string, file: string): JsonObject {
  const path = join(directory, file);
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return objectAt(parsed, path);
  } catch (cause) {
    if (cause instanceof TemplateError) throw cause;
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new TemplateError(path, { found, allowed: 'JSON as `cdk synth` writes it' });
  }
}
