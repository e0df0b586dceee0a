export { checkPackageLocation } from './check-location.ts';
export {
  checksumFile,
  createTemplatePackage,
  manifestFile,
  packageFormat,
  type TemplatePackage,
  toSha256,
} from './package-files.ts';
export { packageSettingNames, readPackageSettings } from './package-settings.ts';
export { describeSynthesisFault } from './synthesis-fault.ts';
export type { TemplateOptions } from './synthesize-templates.ts';
