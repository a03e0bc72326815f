/** In the place of environment.ts in bundles for browsers. */

export function useEnvironment(): boolean {
  return false;
}
