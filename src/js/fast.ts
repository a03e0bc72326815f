/** In the place of exec/fast.ts where there are no kernels (`lanewise/js`). */

export function fastUnary(): undefined {}

export function fastBackward(): undefined {}

export function isLike(): boolean {
  return false;
}

export function copyIn(): number {
  return 0;
}

export function copyOut(): undefined {}
