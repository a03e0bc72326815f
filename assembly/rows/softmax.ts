/** softmax and its family over `rows` rows of `columns` contiguous elements each, all in memory. */

import { BLOCK, PIECE } from "../layout";
import { copyPadded } from "../simd/blocks";
import { dotColumns, logSoftmaxGradientColumns, softmaxGradientColumns, sumUnmaskedColumns } from "./columnGradients";
import {
  clearShifts,
  finishLogSums,
  joinLogSums,
  logSumsOfBlock,
  shiftsByDifferences,
  subtractLogSumColumns,
  writeLogSums,
} from "./columnLogSums";
import { beginSums } from "./columnState";
import { expOfBlock, finishSumColumns, sumExpBelowMaxColumns, sumExpColumns } from "./columnSums";
import { dot, logSoftmaxGradient, resetTotal, softmaxGradient, sumUnmasked } from "./gradients";
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

/** How many of the columns from `at` on are summed together. */
@inline
function pieceFrom<T>(at: usize, columns: usize): usize {
  return min(columns - at, PIECE / sizeof<T>());
}

/** A row shorter than a block is copied here and padded, so that no pass has to pad it. */
@lazy const SHORT_ROW = memory.data(64, 16);


@inline
function isShort<T>(columns: usize): bool {
  return columns * sizeof<T>() < BLOCK;
}

/** Whether a row has only whole blocks. Then nothing is padded, and its gradient is faster without transposing. */
@inline
function isWhole<T>(columns: usize): bool {
  return (columns * sizeof<T>()) % BLOCK == 0;
}

/** softmax of the rows in the lanes of vectors, in place, except for the factors. */
class SoftmaxOfLanes extends Scaled {
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

/** logSoftmax of the rows in the lanes of vectors, in place, except for the differences from the maxima and logarithms. */
class LogSoftmaxOfLanes extends Shifted {
  run<T>(tile: usize, _: usize, columns: usize, vectors: usize): void {
    findLogSums<T>(tile, columns, vectors);
    joinLogSums<T>(STATES, vectors);
    if (shiftsByDifferences<T>(STATES, vectors)) return;
    subtractLogSumColumns<T>(STATES, tile, tile, columns, TILE_STRIDE, vectors);
    clearShifts(STATES, vectors);
  }
}

/** logSumExp of the rows in the lanes of vectors: the first column is the result. */
class LogSumExpOfLanes {
  run<T>(tile: usize, _: usize, columns: usize, vectors: usize): void {
    findLogSums<T>(tile, columns, vectors);
    writeLogSums<T>(STATES, tile, vectors);
  }
}

class SoftmaxGradientOfLanes {
  run<T>(y: usize, dy: usize, columns: usize, vectors: usize): void {
    beginSums(STATES, vectors);
    dotColumns<T>(STATES, y, dy, columns, TILE_STRIDE, vectors);
    softmaxGradientColumns<T>(STATES, y, dy, y, columns, TILE_STRIDE, vectors);
  }
}

class LogSoftmaxGradientOfLanes {
  run<T>(y: usize, dy: usize, columns: usize, vectors: usize): void {
    beginSums(STATES, vectors);
    sumUnmaskedColumns<T>(STATES, y, dy, columns, TILE_STRIDE, vectors);
    logSoftmaxGradientColumns<T>(STATES, y, dy, y, columns, TILE_STRIDE, vectors);
  }
}

/** The logarithms of the sums, as `finishLogSums` leaves them in STATES. */
function findLogSums<T>(tile: usize, columns: usize, vectors: usize): void {
  if (columns * sizeof<T>() <= BLOCK) {
    logSumsOfBlock<T>(STATES, tile, columns, TILE_STRIDE, vectors);
  } else {
    beginSums(STATES, vectors);
    sumExpBelowMaxColumns<T>(STATES, tile, columns, TILE_STRIDE, vectors);
    finishLogSums<T>(STATES, vectors);
  }
}

/** The columns of row `row` that causal attention leaves: all, or if `first` >= 0 those of a triangle whose row `first` is row 0. */
@inline
function validLength(first: i32, row: usize, columns: usize): usize {
  return first < 0 ? columns : (((first as usize) + row) % columns) + 1;
}

/** With `first` >= 0, row i has `first` + i + 1 valid columns (modulo `columns`), and the others give 0. */
export function softmax<T>(x: usize, dst: usize, rows: usize, columns: usize, first: i32, temperature: f64): void {
  setTemperature<T>(temperature);
  if (first < 0 && rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS) {
    forTransposedRows<SoftmaxOfLanes, T>(x, 0, dst, rows, columns, 0);
    return;
  }
  const bytes = columns * sizeof<T>();
  for (let row: usize = 0; row < rows; row++, x += bytes, dst += bytes) {
    const valid = validLength(first, row, columns);
    const validBytes = valid * sizeof<T>();
    if (isShort<T>(valid)) {
      copyPadded<T>(x, SHORT_ROW, validBytes, <T>-Infinity);
      softmaxOfBlock<T>(SHORT_ROW, SHORT_ROW);
      memory.copy(dst, SHORT_ROW, validBytes);
    } else if (validBytes == BLOCK) {
      softmaxOfBlock<T>(x, dst);
    } else {
      softmaxRow<T>(x, dst, valid);
    }
    // To fill nothing would take 60 instructions for the call alone.
    if (validBytes < bytes) memory.fill(dst + validBytes, 0, bytes - validBytes);
  }
}

function softmaxRow<T>(x: usize, dst: usize, columns: usize): void {
  resetRow();
  rowMinMax<T>(x, columns);
  for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
    sumExp<T>(x + at * sizeof<T>(), dst + at * sizeof<T>(), pieceFrom<T>(at, columns));
  }
  finishSum<T>();
  scale<T>(dst, dst, columns);
}

function logSumOf<T>(x: usize, columns: usize): f64 {
  resetRow();
  rowMinMax<T>(x, columns);
  for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
    sumExpBelowMax<T>(x + at * sizeof<T>(), pieceFrom<T>(at, columns));
  }
  return finishLogSum<T>();
}

/** With `first` >= 0, row i has `first` + i + 1 valid columns (modulo `columns`), and the others give -Infinity. */
export function logSoftmax<T>(x: usize, dst: usize, rows: usize, columns: usize, first: i32, temperature: f64): void {
  setTemperature<T>(temperature);
  if (first < 0 && rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS) {
    forTransposedRows<LogSoftmaxOfLanes, T>(x, 0, dst, rows, columns, 0);
    return;
  }
  const bytes = columns * sizeof<T>();
  for (let row: usize = 0; row < rows; row++, x += bytes, dst += bytes) {
    const valid = validLength(first, row, columns);
    const validBytes = valid * sizeof<T>();
    if (isShort<T>(valid)) {
      copyPadded<T>(x, SHORT_ROW, validBytes, <T>-Infinity);
      logSumOf<T>(SHORT_ROW, BLOCK / sizeof<T>());
      subtractLogSum<T>(SHORT_ROW, SHORT_ROW, BLOCK / sizeof<T>());
      memory.copy(dst, SHORT_ROW, validBytes);
    } else {
      logSumOf<T>(x, valid);
      subtractLogSum<T>(x, dst, valid);
    }
    for (let at = validBytes; at < bytes; at += sizeof<T>()) store<T>(dst + at, <T>-Infinity);
  }
}

/** One element a row. With `first` >= 0, row i has `first` + i + 1 valid columns (modulo `columns`). */
export function logSumExp<T>(x: usize, dst: usize, rows: usize, columns: usize, first: i32, temperature: f64): void {
  setTemperature<T>(temperature);
  if (first < 0 && rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS) {
    forTransposedRows<LogSumExpOfLanes, T>(x, 0, dst, rows, columns, sizeof<T>());
    return;
  }
  const bytes = columns * sizeof<T>();
  for (let row: usize = 0; row < rows; row++, x += bytes, dst += sizeof<T>()) {
    const valid = validLength(first, row, columns);
    if (isShort<T>(valid)) {
      copyPadded<T>(x, SHORT_ROW, valid * sizeof<T>(), <T>-Infinity);
      store<T>(dst, <T>logSumOf<T>(SHORT_ROW, BLOCK / sizeof<T>()));
    } else {
      store<T>(dst, <T>logSumOf<T>(x, valid));
    }
  }
}

export function softmaxBackward<T>(
  y: usize,
  dy: usize,
  dst: usize,
  rows: usize,
  columns: usize,
  temperature: f64,
): void {
  setTemperature<T>(temperature);
  if (rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS && !isWhole<T>(columns)) {
    forTransposedRows<SoftmaxGradientOfLanes, T>(y, dy, dst, rows, columns, 0);
    return;
  }
  for (const end = y + rows * columns * sizeof<T>(); y < end;) {
    resetTotal();
    for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
      dot<T>(y + at * sizeof<T>(), dy + at * sizeof<T>(), pieceFrom<T>(at, columns));
    }
    softmaxGradient<T>(y, dy, dst, columns);
    y += columns * sizeof<T>();
    dy += columns * sizeof<T>();
    dst += columns * sizeof<T>();
  }
}

export function logSoftmaxBackward<T>(
  y: usize,
  dy: usize,
  dst: usize,
  rows: usize,
  columns: usize,
  temperature: f64,
): void {
  setTemperature<T>(temperature);
  if (rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS && !isWhole<T>(columns)) {
    forTransposedRows<LogSoftmaxGradientOfLanes, T>(y, dy, dst, rows, columns, 0);
    return;
  }
  for (const end = y + rows * columns * sizeof<T>(); y < end;) {
    resetTotal();
    for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
      sumUnmasked<T>(y + at * sizeof<T>(), dy + at * sizeof<T>(), pieceFrom<T>(at, columns));
    }
    logSoftmaxGradient<T>(y, dy, dst, columns);
    y += columns * sizeof<T>();
    dy += columns * sizeof<T>();
    dst += columns * sizeof<T>();
  }
}

export { findLogSums, isShort, logSumOf, pieceFrom, SHORT_ROW };
