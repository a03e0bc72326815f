/** softmax and its family over `rows` rows of `columns` contiguous elements each, all in memory. */

import { BLOCK, copyPadded } from "./blocks";
import { addUpColumns, dotColumns, logSoftmaxGradientColumns, softmaxGradientColumns } from "./columnGradients";
import {
  beginColumns,
  beginSums,
  clearShifts,
  endLogSums,
  endSumColumns,
  exponentialsColumns,
  exponentialsOfBlock,
  joinLogSums,
  logShiftColumns,
  logSumsOfBlock,
  logTermsColumns,
  shiftsByDifferences,
  writeLogSums,
} from "./columns";
import {
  addUp,
  beginRow,
  dot,
  endLogSum,
  endSum,
  exponentials,
  findPeak,
  logShift,
  logSoftmaxGradient,
  logTerms,
  PIECE,
  scale,
  softmaxGradient,
  softmaxOfSingleBlock,
} from "./rows";
import { byLanes, FEW_COLUMNS, Scaled, Shifted, STATES, TILE_STRIDE } from "./transpose";

/** How many of the columns from `at` on are summed together. */
@inline
function pieceFrom<T>(at: usize, columns: usize): usize {
  return min(columns - at, PIECE / sizeof<T>());
}

/** A row that is shorter than a block is worked on here, padded: that saves each pass its own padding. */
const SHORT_ROW = memory.data(64, 16);


@inline
function isShort<T>(columns: usize): bool {
  return columns * sizeof<T>() < BLOCK;
}

/** Whether a row has only whole blocks: then nothing is padded, and its gradient is faster by itself. */
@inline
function isWhole<T>(columns: usize): bool {
  return (columns * sizeof<T>()) % BLOCK == 0;
}

/** softmax of the rows in the lanes of vectors side by side, in place, but for the factors. */
class SoftmaxOfLanes extends Scaled {
  run<T>(tile: usize, _: usize, columns: usize, vectors: usize): void {
    if (columns * sizeof<T>() <= BLOCK) {
      exponentialsOfBlock<T>(STATES, tile, columns, TILE_STRIDE, vectors);
    } else {
      beginSums(STATES, vectors);
      exponentialsColumns<T>(STATES, tile, tile, columns, TILE_STRIDE, vectors);
      endSumColumns<T>(STATES, 0, vectors);
    }
  }
}

/** logSoftmax likewise, but for the differences from the maxima and the logarithms. */
class LogSoftmaxOfLanes extends Shifted {
  run<T>(tile: usize, _: usize, columns: usize, vectors: usize): void {
    findLogSums<T>(tile, columns, vectors);
    joinLogSums<T>(STATES, vectors);
    if (shiftsByDifferences<T>(STATES, vectors)) return;
    logShiftColumns<T>(STATES, tile, tile, columns, TILE_STRIDE, vectors);
    clearShifts(STATES, vectors);
  }
}

/** One column comes out. */
class LogSumExpOfLanes {
  run<T>(tile: usize, _: usize, columns: usize, vectors: usize): void {
    findLogSums<T>(tile, columns, vectors);
    writeLogSums<T>(STATES, tile, vectors);
  }
}

class SoftmaxGradientOfLanes {
  run<T>(y: usize, dy: usize, columns: usize, vectors: usize): void {
    beginColumns<T>(STATES, vectors);
    dotColumns<T>(STATES, y, dy, columns, TILE_STRIDE, vectors);
    softmaxGradientColumns<T>(STATES, y, dy, y, columns, TILE_STRIDE, vectors);
  }
}

class LogSoftmaxGradientOfLanes {
  run<T>(y: usize, dy: usize, columns: usize, vectors: usize): void {
    beginColumns<T>(STATES, vectors);
    addUpColumns<T>(STATES, y, dy, columns, TILE_STRIDE, vectors);
    logSoftmaxGradientColumns<T>(STATES, y, dy, y, columns, TILE_STRIDE, vectors);
  }
}

/** The logarithms of the sums, as `endLogSums` leaves them in STATES. */
function findLogSums<T>(tile: usize, columns: usize, vectors: usize): void {
  if (columns * sizeof<T>() <= BLOCK) {
    logSumsOfBlock<T>(STATES, tile, columns, TILE_STRIDE, vectors);
  } else {
    beginSums(STATES, vectors);
    logTermsColumns<T>(STATES, tile, columns, TILE_STRIDE, vectors);
    endLogSums<T>(STATES, vectors);
  }
}

/** How many columns of row `row` take part: all, or if `first` >= 0, those of a triangle whose first row here that is. */
@inline
function takingPart(first: i32, row: usize, columns: usize): usize {
  return first < 0 ? columns : (((first as usize) + row) % columns) + 1;
}

/** With `first` >= 0, row i takes part with `first` + i + 1 columns (modulo all), and the others give 0. */
export function softmax<T>(x: usize, dst: usize, rows: usize, columns: usize, first: i32): void {
  if (first < 0 && rows > 1 && columns <= FEW_COLUMNS) {
    byLanes<SoftmaxOfLanes, T>(x, 0, dst, rows, columns, 0);
    return;
  }
  const bytes = columns * sizeof<T>();
  for (let row: usize = 0; row < rows; row++, x += bytes, dst += bytes) {
    const taken = takingPart(first, row, columns);
    const takenBytes = taken * sizeof<T>();
    if (isShort<T>(taken)) {
      copyPadded<T>(x, SHORT_ROW, takenBytes, <T>-Infinity);
      softmaxOfSingleBlock<T>(SHORT_ROW, SHORT_ROW);
      memory.copy(dst, SHORT_ROW, takenBytes);
    } else if (takenBytes == BLOCK) {
      softmaxOfSingleBlock<T>(x, dst);
    } else {
      softmaxRow<T>(x, dst, taken);
    }
    // Not of nothing: the call alone takes 60 instructions.
    if (takenBytes < bytes) memory.fill(dst + takenBytes, 0, bytes - takenBytes);
  }
}

function softmaxRow<T>(x: usize, dst: usize, columns: usize): void {
  beginRow();
  findPeak<T>(x, columns);
  for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
    exponentials<T>(x + at * sizeof<T>(), dst + at * sizeof<T>(), pieceFrom<T>(at, columns));
  }
  endSum<T>();
  scale<T>(dst, dst, columns);
}

function logSumOf<T>(x: usize, columns: usize): f64 {
  beginRow();
  findPeak<T>(x, columns);
  for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
    logTerms<T>(x + at * sizeof<T>(), pieceFrom<T>(at, columns));
  }
  return endLogSum<T>();
}

/** As `softmax`, but what does not take part gives -Infinity. */
export function logSoftmax<T>(x: usize, dst: usize, rows: usize, columns: usize, first: i32): void {
  if (first < 0 && rows > 1 && columns <= FEW_COLUMNS) {
    byLanes<LogSoftmaxOfLanes, T>(x, 0, dst, rows, columns, 0);
    return;
  }
  const bytes = columns * sizeof<T>();
  for (let row: usize = 0; row < rows; row++, x += bytes, dst += bytes) {
    const taken = takingPart(first, row, columns);
    const takenBytes = taken * sizeof<T>();
    if (isShort<T>(taken)) {
      copyPadded<T>(x, SHORT_ROW, takenBytes, <T>-Infinity);
      logSumOf<T>(SHORT_ROW, BLOCK / sizeof<T>());
      logShift<T>(SHORT_ROW, SHORT_ROW, BLOCK / sizeof<T>());
      memory.copy(dst, SHORT_ROW, takenBytes);
    } else {
      logSumOf<T>(x, taken);
      logShift<T>(x, dst, taken);
    }
    for (let at = takenBytes; at < bytes; at += sizeof<T>()) store<T>(dst + at, <T>-Infinity);
  }
}

/** One element a row. */
export function logSumExp<T>(x: usize, dst: usize, rows: usize, columns: usize, first: i32): void {
  if (first < 0 && rows > 1 && columns <= FEW_COLUMNS) {
    byLanes<LogSumExpOfLanes, T>(x, 0, dst, rows, columns, sizeof<T>());
    return;
  }
  const bytes = columns * sizeof<T>();
  for (let row: usize = 0; row < rows; row++, x += bytes, dst += sizeof<T>()) {
    const taken = takingPart(first, row, columns);
    if (isShort<T>(taken)) {
      copyPadded<T>(x, SHORT_ROW, taken * sizeof<T>(), <T>-Infinity);
      store<T>(dst, <T>logSumOf<T>(SHORT_ROW, BLOCK / sizeof<T>()));
    } else {
      store<T>(dst, <T>logSumOf<T>(x, taken));
    }
  }
}

export function softmaxBackward<T>(y: usize, dy: usize, dst: usize, rows: usize, columns: usize): void {
  if (rows > 1 && columns <= FEW_COLUMNS && !isWhole<T>(columns)) {
    byLanes<SoftmaxGradientOfLanes, T>(y, dy, dst, rows, columns, 0);
    return;
  }
  for (const end = y + rows * columns * sizeof<T>(); y < end;) {
    beginRow();
    for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
      dot<T>(y + at * sizeof<T>(), dy + at * sizeof<T>(), pieceFrom<T>(at, columns));
    }
    softmaxGradient<T>(y, dy, dst, columns);
    y += columns * sizeof<T>();
    dy += columns * sizeof<T>();
    dst += columns * sizeof<T>();
  }
}

export function logSoftmaxBackward<T>(y: usize, dy: usize, dst: usize, rows: usize, columns: usize): void {
  if (rows > 1 && columns <= FEW_COLUMNS && !isWhole<T>(columns)) {
    byLanes<LogSoftmaxGradientOfLanes, T>(y, dy, dst, rows, columns, 0);
    return;
  }
  for (const end = y + rows * columns * sizeof<T>(); y < end;) {
    beginRow();
    for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
      addUp<T>(y + at * sizeof<T>(), dy + at * sizeof<T>(), pieceFrom<T>(at, columns));
    }
    logSoftmaxGradient<T>(y, dy, dst, columns);
    y += columns * sizeof<T>();
    dy += columns * sizeof<T>();
    dst += columns * sizeof<T>();
  }
}

export { findLogSums, isShort, logSumOf, pieceFrom, SHORT_ROW };
