/** In the place of exec/rows/fast.ts where there are no kernels (`lanewise/js`). */

export const ALL = -1;

export function isOutput(): boolean {
  return false;
}

export function fastRow(): undefined {}

export function reduceRow(): undefined {}

export function fastChanged(): undefined {}

export function computeTriangles(): void {}

export function fastResident(): undefined {}

export function copyRow(): number {
  return 0;
}
