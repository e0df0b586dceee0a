/** Wire profiles as data, without the client, for code that checks a configuration. */
export {
  type BuiltInProfileName,
  isBuiltInProfileName,
  wireProfiles,
} from './built-in-profiles.ts';
export {
  type Evidence,
  type GlobalVariableRead,
  type JilRead,
  type JobRead,
  type ProfileField,
  profileFields,
  type RequestTemplate,
  type SuccessRule,
  type WireProfile,
} from './profile.ts';
export { ProfileError, type ProfileFault } from './profile-check.ts';
export { type Override, overrideProfile, type ProfileOverrides } from './profile-override.ts';
export { parseProfile } from './profile-parse.ts';
