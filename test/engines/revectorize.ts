/** Has V8 make one vector of 256 bits of two of 128: in Node from 24 on, where the processor has such vectors. */
export const REVECTORIZE = "--experimental-wasm-revectorize";
