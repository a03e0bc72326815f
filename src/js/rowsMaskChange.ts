/** In the place of exec/rows/maskChange.ts where there are no kernels (`lanewise/js`). */

export const negate = undefined;

export class MaskChange {
  prepare(): boolean {
    return false;
  }
}
