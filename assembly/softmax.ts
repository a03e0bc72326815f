/** softmax and its family over `rows` rows of `columns` contiguous elements each, all in memory. */

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

export function softmax<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  for (const end = x + rows * columns * sizeof<T>(); x < end;) {
    beginRow();
    findPeak<T>(x, columns);
    for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
      exponentials<T>(x + at * sizeof<T>(), dst + at * sizeof<T>(), pieceFrom<T>(at, columns));
    }
    endSum<T>();
    scale<T>(dst, dst, columns);
    x += columns * sizeof<T>();
    dst += columns * sizeof<T>();
  }
}


@inline
function logSumOf<T>(x: usize, columns: usize): f64 {
  beginRow();
  findPeak<T>(x, columns);
  for (let at: usize = 0; at < columns; at += PIECE / sizeof<T>()) {
    logTerms<T>(x + at * sizeof<T>(), pieceFrom<T>(at, columns));
  }
  return endLogSum<T>();
}

export function logSoftmax<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  for (const end = x + rows * columns * sizeof<T>(); x < end;) {
    logSumOf<T>(x, columns);
    logShift<T>(x, dst, columns);
    x += columns * sizeof<T>();
    dst += columns * sizeof<T>();
  }
}

/** One element a row. */
export function logSumExp<T>(x: usize, dst: usize, rows: usize, columns: usize): void {
  for (const end = x + rows * columns * sizeof<T>(); x < end;) {
    store<T>(dst, <T>logSumOf<T>(x, columns));
    x += columns * sizeof<T>();
    dst += sizeof<T>();
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
