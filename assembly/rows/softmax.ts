/**
 * softmax and its family over `rows` rows of `columns` contiguous elements each, all in memory: by transposed rows
 * (transpose.ts), in registers (softmaxOfBlock), or by passes. Method, error and range are those of passes.ts.
 */

import { BLOCK, PIECE } from "../layout";
import { copyPadded } from "../simd/blocks";
import {
  dotColumns,
  finishDotColumns,
  logSoftmaxGradientColumns,
  softmaxGradientColumns,
  sumDifferencesColumns,
  sumUnmaskedColumns,
} from "./columnGradients";
import {
  clearShifts,
  finishLogSums,
  joinLogSums,
  logSumsOfBlock,
  shiftsByDifferences,
  subtractLogSumColumns,
  writeLogSums,
} from "./columnLogSums";
import { beginGradientSums, beginSums } from "./columnState";
import { expOfBlock, finishSumColumns, sumExpBelowMaxColumns, sumExpColumns } from "./columnSums";
import { addDifferences, dot, finishDot, resetSums, sumUnmasked, writeLogSoftmax, writeSoftmax } from "./gradients";
import {
  finishLogSum,
  finishSum,
  resetRow,
  rowMinMax,
  scale,
  softmaxOfBlock,
  subtractLogSum,
  sumExp,
  sumExpBelowMax,
} from "./passes";
import { setTemperature } from "./softmaxTerms";
import { forTransposedRows, MAX_TRANSPOSED_COLUMNS, Scaled, Shifted, STATES, TILE_STRIDE } from "./transpose";

/** The count of the columns from `at` on that are summed together. */
@inline
export function pieceFrom<T>(at: usize, columns: usize): usize {
  return min(columns - at, PIECE / sizeof<T>());
}

// A row shorter than a block is copied to this and padded, so that no pass has to pad it.
@lazy export const PADDED_ROW = memory.data(<i32>BLOCK, 16);

/** Whether a row is shorter than a block. */
@inline
export function isShorterThanBlock<T>(columns: usize): bool {
  return columns * sizeof<T>() < BLOCK;
}

/** Whether a row is made of whole blocks. Then nothing is padded, and its gradient is faster without transposing. */
@inline
function hasWholeBlocks<T>(columns: usize): bool {
  return (columns * sizeof<T>()) % BLOCK == 0;
}

/** softmax of the rows of a tile, in place, but for the product with the sums' reciprocals. */
class SoftmaxOfTile extends Scaled {
  run<T>(tile: usize, _: usize, columns: usize, vectors: usize): void {
    if (columns * sizeof<T>() <= BLOCK) {
      expOfBlock<T>(STATES, tile, columns, TILE_STRIDE, vectors);
    } else {
      beginSums(STATES, vectors);
      sumExpColumns<T>(STATES, tile, tile, columns, TILE_STRIDE, vectors);
      finishSumColumns<T>(STATES, 0, vectors);
    }
  }
}

/** logSoftmax of the rows of a tile, in place, but for the differences from the maxima and logarithms. */
class LogSoftmaxOfTile extends Shifted {
  run<T>(tile: usize, _: usize, columns: usize, vectors: usize): void {
    findLogSums<T>(tile, columns, vectors);
    joinLogSums<T>(STATES, vectors);
    if (shiftsByDifferences<T>(STATES, vectors)) return;
    subtractLogSumColumns<T>(STATES, tile, tile, columns, TILE_STRIDE, vectors);
    clearShifts(STATES, vectors);
  }
}

/** logSumExp of the rows of a tile: the results take the place of the first column. */
class LogSumExpOfTile {
  run<T>(tile: usize, _: usize, columns: usize, vectors: usize): void {
    findLogSums<T>(tile, columns, vectors);
    writeLogSums<T>(STATES, tile, vectors);
  }
}

/** The gradient of softmax of the rows of a tile, in place of y. */
class SoftmaxGradientOfTile {
  run<T>(y: usize, dy: usize, columns: usize, vectors: usize): void {
    beginGradientSums(STATES, vectors);
    dotColumns<T>(STATES, y, dy, columns, TILE_STRIDE, vectors);
    if (finishDotColumns<T>(STATES, 0, vectors)) sumDifferencesColumns<T>(STATES, y, dy, columns, TILE_STRIDE, vectors);
    softmaxGradientColumns<T>(STATES, y, dy, y, columns, TILE_STRIDE, vectors);
  }
}

/** The gradient of logSoftmax of the rows of a tile, in place of y. */
class LogSoftmaxGradientOfTile {
  run<T>(y: usize, dy: usize, columns: usize, vectors: usize): void {
    beginGradientSums(STATES, vectors);
    sumUnmaskedColumns<T>(STATES, y, dy, columns, TILE_STRIDE, vectors);
    logSoftmaxGradientColumns<T>(STATES, y, dy, y, columns, TILE_STRIDE, vectors);
  }
}

/** The logarithms of the sums of the rows of a tile, as `finishLogSums` leaves them in STATES. */
export function findLogSums<T>(tile: usize, columns: usize, vectors: usize): void {
  if (columns * sizeof<T>() <= BLOCK) {
    logSumsOfBlock<T>(STATES, tile, columns, TILE_STRIDE, vectors);
  } else {
    beginSums(STATES, vectors);
    sumExpBelowMaxColumns<T>(STATES, tile, columns, TILE_STRIDE, vectors);
    finishLogSums<T>(STATES, vectors);
  }
}

/** The count of the valid columns of row `row`: all, or with `first` >= 0 those of a triangle whose row `first` is row 0. */
@inline
function validLength(first: i32, row: usize, columns: usize): usize {
  return first < 0 ? columns : (((first as usize) + row) % columns) + 1;
}

/** softmax. With `first` >= 0, row i has `first` + i + 1 valid columns (modulo `columns`), and the others give 0. */
export function softmax<T>(x: usize, dst: usize, rows: usize, columns: usize, first: i32, temperature: f64): void {
  setTemperature<T>(temperature);
  if (first < 0 && rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS) {
    forTransposedRows<SoftmaxOfTile, T>(x, 0, dst, rows, columns, 0);
    return;
  }
  const bytes = columns * sizeof<T>();
  for (let row: usize = 0; row < rows; row++, x += bytes, dst += bytes) {
    const valid = validLength(first, row, columns);
    const validBytes = valid * sizeof<T>();
    if (isShorterThanBlock<T>(valid)) {
      copyPadded<T>(x, PADDED_ROW, validBytes, <T>-Infinity);
      softmaxOfBlock<T>(PADDED_ROW, PADDED_ROW);
      memory.copy(dst, PADDED_ROW, validBytes);
    } else if (validBytes == BLOCK) {
      softmaxOfBlock<T>(x, dst);
    } else {
      softmaxRow<T>(x, dst, valid);
    }
    // The call to fill nothing would take 60 instructions.
    if (validBytes < bytes) memory.fill(dst + validBytes, 0, bytes - validBytes);
  }
}

/** softmax of a row by passes. */
function softmaxRow<T>(x: usize, dst: usize, columns: usize): void {
  resetRow();
  rowMinMax<T>(x, columns);
  for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
    sumExp<T>(x + at * sizeof<T>(), dst + at * sizeof<T>(), pieceFrom<T>(at, columns));
  }
  finishSum<T>();
  scale<T>(dst, dst, columns);
}

/** log(Σ e^x) of a row by passes. */
export function logSumOf<T>(x: usize, columns: usize): f64 {
  resetRow();
  rowMinMax<T>(x, columns);
  for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
    sumExpBelowMax<T>(x + at * sizeof<T>(), pieceFrom<T>(at, columns));
  }
  return finishLogSum<T>();
}

/** logSoftmax. With `first` >= 0, row i has `first` + i + 1 valid columns (modulo `columns`), and the others give -Infinity. */
export function logSoftmax<T>(x: usize, dst: usize, rows: usize, columns: usize, first: i32, temperature: f64): void {
  setTemperature<T>(temperature);
  if (first < 0 && rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS) {
    forTransposedRows<LogSoftmaxOfTile, T>(x, 0, dst, rows, columns, 0);
    return;
  }
  const bytes = columns * sizeof<T>();
  for (let row: usize = 0; row < rows; row++, x += bytes, dst += bytes) {
    const valid = validLength(first, row, columns);
    const validBytes = valid * sizeof<T>();
    if (isShorterThanBlock<T>(valid)) {
      copyPadded<T>(x, PADDED_ROW, validBytes, <T>-Infinity);
      logSumOf<T>(PADDED_ROW, BLOCK / sizeof<T>());
      subtractLogSum<T>(PADDED_ROW, PADDED_ROW, BLOCK / sizeof<T>());
      memory.copy(dst, PADDED_ROW, validBytes);
    } else {
      logSumOf<T>(x, valid);
      subtractLogSum<T>(x, dst, valid);
    }
    for (let at = validBytes; at < bytes; at += sizeof<T>()) store<T>(dst + at, <T>-Infinity);
  }
}

/** logSumExp, an element a row. With `first` >= 0, row i has `first` + i + 1 valid columns (modulo `columns`). */
export function logSumExp<T>(x: usize, dst: usize, rows: usize, columns: usize, first: i32, temperature: f64): void {
  setTemperature<T>(temperature);
  if (first < 0 && rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS) {
    forTransposedRows<LogSumExpOfTile, T>(x, 0, dst, rows, columns, sizeof<T>());
    return;
  }
  const bytes = columns * sizeof<T>();
  for (let row: usize = 0; row < rows; row++, x += bytes, dst += sizeof<T>()) {
    const valid = validLength(first, row, columns);
    if (isShorterThanBlock<T>(valid)) {
      copyPadded<T>(x, PADDED_ROW, valid * sizeof<T>(), <T>-Infinity);
      store<T>(dst, <T>logSumOf<T>(PADDED_ROW, BLOCK / sizeof<T>()));
    } else {
      store<T>(dst, <T>logSumOf<T>(x, valid));
    }
  }
}

/** The gradient of softmax with respect to x, from the output y and the gradient dy with respect to y. */
export function softmaxBackward<T>(
  y: usize,
  dy: usize,
  dst: usize,
  rows: usize,
  columns: usize,
  temperature: f64,
): void {
  setTemperature<T>(temperature);
  if (rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS && !hasWholeBlocks<T>(columns)) {
    forTransposedRows<SoftmaxGradientOfTile, T>(y, dy, dst, rows, columns, 0);
    return;
  }
  for (const end = y + rows * columns * sizeof<T>(); y < end;) {
    resetSums();
    for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
      dot<T>(y + at * sizeof<T>(), dy + at * sizeof<T>(), pieceFrom<T>(at, columns));
    }
    if (finishDot<T>()) {
      for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
        const offset = at * sizeof<T>();
        addDifferences<T>(y + offset, dy + offset, pieceFrom<T>(at, columns), true);
      }
    }
    // The last block is padded by now: only the last piece has one.
    writeSoftmax<T>(y, dy, dst, columns, true);
    y += columns * sizeof<T>();
    dy += columns * sizeof<T>();
    dst += columns * sizeof<T>();
  }
}

/** The gradient of logSoftmax with respect to x, from the output y and the gradient dy with respect to y. */
export function logSoftmaxBackward<T>(
  y: usize,
  dy: usize,
  dst: usize,
  rows: usize,
  columns: usize,
  temperature: f64,
): void {
  setTemperature<T>(temperature);
  if (rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS && !hasWholeBlocks<T>(columns)) {
    forTransposedRows<LogSoftmaxGradientOfTile, T>(y, dy, dst, rows, columns, 0);
    return;
  }
  for (const end = y + rows * columns * sizeof<T>(); y < end;) {
    resetSums();
    for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
      sumUnmasked<T>(y + at * sizeof<T>(), dy + at * sizeof<T>(), pieceFrom<T>(at, columns));
    }
    writeLogSoftmax<T>(y, dy, dst, columns, true);
    y += columns * sizeof<T>();
    dy += columns * sizeof<T>();
    dst += columns * sizeof<T>();
  }
}
