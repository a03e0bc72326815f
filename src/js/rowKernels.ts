/** In the place of families/rowKernels.ts where there are no kernels (`lanewise/js`). */

export function checkRowKernel(): undefined {}

export function prepareRows(): boolean {
  return false;
}

export function computeRows(): void {}

export function storeRows(): void {}

export function finishRow(): void {}
