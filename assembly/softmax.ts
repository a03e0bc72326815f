/** softmax and its family over `rows` rows of `columns` contiguous elements each, all in memory. */

import { BLOCK, copyPadded } from "./blocks";
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
} from "./rows";

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

export function softmax<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  for (const end = x + rows * bytes; x < end; x += bytes, dst += bytes) {
    if (isShort<T>(columns)) {
      copyPadded<T>(x, SHORT_ROW, bytes, <T>-Infinity);
      softmaxRow<T>(SHORT_ROW, SHORT_ROW, BLOCK / sizeof<T>());
      memory.copy(dst, SHORT_ROW, bytes);
    } else {
      softmaxRow<T>(x, dst, columns);
    }
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

export function logSoftmax<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  for (const end = x + rows * bytes; x < end; x += bytes, dst += bytes) {
    if (isShort<T>(columns)) {
      copyPadded<T>(x, SHORT_ROW, bytes, <T>-Infinity);
      logSumOf<T>(SHORT_ROW, BLOCK / sizeof<T>());
      logShift<T>(SHORT_ROW, SHORT_ROW, BLOCK / sizeof<T>());
      memory.copy(dst, SHORT_ROW, bytes);
    } else {
      logSumOf<T>(x, columns);
      logShift<T>(x, dst, columns);
    }
  }
}

/** One element a row. */
export function logSumExp<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  const bytes = columns * sizeof<T>();
  for (const end = x + rows * bytes; x < end; x += bytes, dst += sizeof<T>()) {
    if (isShort<T>(columns)) {
      copyPadded<T>(x, SHORT_ROW, bytes, <T>-Infinity);
      store<T>(dst, <T>logSumOf<T>(SHORT_ROW, BLOCK / sizeof<T>()));
    } else {
      store<T>(dst, <T>logSumOf<T>(x, columns));
    }
  }
}

export function softmaxBackward<T>(y: usize, dy: usize, dst: usize, rows: usize, columns: usize): void {
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
  for (const end = y + rows * columns * sizeof<T>(); y < end;) {
    beginRow();
    for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
      addUp<T>(dy + at * sizeof<T>(), pieceFrom<T>(at, columns));
    }
    logSoftmaxGradient<T>(y, dy, dst, columns);
    y += columns * sizeof<T>();
    dy += columns * sizeof<T>();
    dst += columns * sizeof<T>();
  }
}

export { isShort, logSumOf, pieceFrom, SHORT_ROW };
