/** What a getter, a Proxy or a generator does while a call reads its options. */

import type * as Lanewise from "lanewise";
import type { AnyArray } from "../fills.js";

/** The arrays of the call that is under way. */
export interface World {
  readonly lib: typeof Lanewise;
  readonly inputs: readonly AnyArray[];
  readonly out: AnyArray | undefined;
  /** Calls the same function on other arrays. */
  readonly again: () => void;
  /** Frees the arena where the arrays lie, if they do. */
  readonly free: () => void;
}

export interface Trick {
  readonly name: string;
  readonly apply: (world: World) => void;
  /** What the call must do then: give the results for the data as they were, or as they are; or throw. */
  readonly then: "right" | "right or error" | "error";
  /** Where it does anything. */
  readonly memories: readonly ("own" | "resizable" | "arena")[];
  /** It needs an array to write to. */
  readonly needsOut?: boolean;
}

const everywhere = ["own", "resizable", "arena"] as const;

function detach(array: AnyArray): void {
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
}

/** Cuts the memory of an array in its middle. */
function shrink(array: AnyArray): void {
  const { buffer, byteOffset, byteLength } = array;
  (buffer as ArrayBuffer).resize(byteOffset + (byteLength >> 1));
}

export class Thrown extends Error {}

export const tricks: readonly Trick[] = [
  { name: "calls the same function", apply: ({ again }) => again(), then: "right", memories: everywhere },
  {
    name: "calls other functions",
    apply: ({ lib }) => {
      const x = new Float32Array(5000).fill(0.3);
      lib.softmax(x);
      lib.gelu(x, { approximate: "tanh" });
      lib.topK(x, 3);
      lib.softmaxCrossEntropy(x, Int32Array.of(2));
      lib.softmax(Float64Array.of(1, 2, 3), { shape: [3, 1], axis: 0 });
    },
    then: "right",
    memories: everywhere,
  },
  {
    name: "changes the elements",
    apply: ({ inputs: [x] }) => x.fill(0.25),
    then: "right",
    memories: everywhere,
  },
  {
    name: "throws",
    apply: () => {
      throw new Thrown("of the getter");
    },
    then: "error",
    memories: everywhere,
  },
  { name: "detaches x", apply: ({ inputs: [x] }) => detach(x), then: "right or error", memories: ["own", "resizable"] },
  { name: "shrinks x", apply: ({ inputs: [x] }) => shrink(x), then: "right or error", memories: ["resizable"] },
  {
    name: "detaches the last input",
    apply: ({ inputs }) => detach(inputs[inputs.length - 1]),
    then: "right or error",
    memories: ["own"],
  },
  {
    name: "detaches out",
    apply: ({ out }) => detach(out!),
    then: "error",
    memories: ["own", "resizable"],
    needsOut: true,
  },
  { name: "shrinks out", apply: ({ out }) => shrink(out!), then: "error", memories: ["resizable"], needsOut: true },
  { name: "frees the arena", apply: ({ free }) => free(), then: "error", memories: ["arena"] },
  {
    name: "chooses another backend",
    apply: ({ lib }) => lib.useBackend(lib.backend() === "js" ? "simd" : "js"),
    then: "right",
    memories: ["own", "arena"],
  },
];
