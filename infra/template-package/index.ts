export {
  checksumFile,
  createPackage,
  manifestFile,
  packageFormat,
  type TemplatePackage,
  toSha256,
} from './package-files.ts';
export { packageSettingNames, readPackageSettings } from './package-settings.ts';
export type { TemplateOptions } from './synthesize-templates.ts';
