import { ServiceRefusal } from '../refusal.ts';

/** The error for a token that is unknown, expired, or of another request. */
export function invalidToken(token: string | undefined): ServiceRefusal {
  return new ServiceRefusal('InvalidToken', `Invalid Token: '${token}'`);
}
