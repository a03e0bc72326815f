/**
 * What runs in every hostile environment: it imports lanewise, computes, and looks whether any global has changed. It is plain
 * Node's, and calls no builtin that may have been replaced but those that it takes first.
 */

import type * as Lanewise from "lanewise";

/** What the visitor found, as JSON. */
export interface Visit {
  readonly values: readonly string[];
  readonly backend: string;
  readonly reasons: Readonly<Record<string, string>>;
  /** Functions that the backend left to plain JavaScript. */
  readonly fallbacks: readonly string[];
  /** Globals that are not what they were. */
  readonly changed: readonly string[];
}

const { defineProperty, ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const { stringify } = JSON;
const write = process.stdout.write.bind(process.stdout);

/** An object, the key of a property of it, and the property. */
type Seen = [object: object, path: string, key: PropertyKey, descriptor: PropertyDescriptor];

/** list[i] = value, also where Array.prototype or Object.prototype have been polluted. */
function put(list: unknown[], i: number, value: unknown): void {
  const descriptor = { __proto__: null, value, writable: true, enumerable: true, configurable: true };
  defineProperty(list, i, descriptor as PropertyDescriptor);
}

/** All properties of the globals and of their prototypes. Getters are not called. */
function lookAround(): Seen[] {
  const seen: Seen[] = [];
  let count = 0;
  const look = (object: object, path: string) => {
    const keys = ownKeys(object);
    for (let i = 0; i < keys.length; i++) {
      put(seen, count++, [object, path, keys[i], getOwnPropertyDescriptor(object, keys[i])!]);
    }
  };
  const globals = ownKeys(globalThis);
  look(globalThis, "globalThis");
  for (let i = 0; i < globals.length; i++) {
    const value: unknown = getOwnPropertyDescriptor(globalThis, globals[i])!.value;
    if ((typeof value !== "object" && typeof value !== "function") || value === null || value === globalThis) continue;
    look(value, String(globals[i]));
    const prototype: unknown = getOwnPropertyDescriptor(value, "prototype")?.value;
    if (typeof prototype === "object" && prototype !== null) look(prototype, `${String(globals[i])}.prototype`);
  }
  look(getPrototypeOf(Uint8Array.prototype)!, "TypedArray.prototype");
  look(getPrototypeOf(Uint8Array)!, "TypedArray");
  return seen;
}

/** The paths of what is not as it was. */
function changesSince(before: Seen[]): string[] {
  const changed: string[] = [];
  let count = 0;
  for (let i = 0; i < before.length; i++) {
    // Destructuring would ask an iterator, which may be somebody else's.
    const seen = before[i];
    const object = seen[0];
    const path = seen[1];
    const key = seen[2];
    const was = seen[3];
    const is = getOwnPropertyDescriptor(object, key);
    const isSame =
      is !== undefined &&
      is.get === was.get &&
      is.set === was.set &&
      is.writable === was.writable &&
      is.configurable === was.configurable &&
      (is.value === was.value || (is.value !== is.value && was.value !== was.value));
    if (!isSame) put(changed, count++, `${path}.${String(key)}`);
  }
  const after = lookAround();
  if (after.length !== before.length) put(changed, count, `${after.length - before.length} properties more`);
  return changed;
}

/** Six digits of each number. */
function textOf(numbers: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < numbers.length; i++) text += `${i > 0 ? " " : ""}${numbers[i].toFixed(6)}`;
  return text;
}

function compute(lib: typeof Lanewise): string[] {
  const {
    createArena,
    gelu,
    leakyRelu,
    sample,
    sigmoid,
    softmax,
    softmaxCrossEntropy,
    softmin,
    sparsemax,
    swiglu,
    topK,
  } = lib;
  const x = Float32Array.of(-1, 1, 2, 0.5);
  const arena = createArena(1024);
  const placed = arena.float32(4);
  for (let i = 0; i < 4; i++) placed[i] = x[i];
  const long = new Float32Array(1000);
  for (let i = 0; i < 1000; i++) long[i] = (i % 13) / 4 - 1;
  const out = new Float64Array(4);
  return [
    textOf(sigmoid(x)),
    textOf(sigmoid(placed, { out: placed })),
    textOf(gelu.backward(x, x, { approximate: "tanh" })),
    textOf(leakyRelu(x, { negativeSlope: 0.2 })),
    textOf(softmax(Float64Array.of(0.3, 2.9, 4, 1), { shape: [2, 2], axis: 0, out })),
    textOf(softmax(long, { shape: [2, 500], temperature: 2 })),
    textOf(softmin(x)),
    textOf(sparsemax(x)),
    textOf(swiglu(x)),
    textOf([softmaxCrossEntropy(x, Int32Array.of(2), { labelSmoothing: 0.1 })]),
    textOf(topK(long, 3).indices),
    textOf([sample(long, { topP: 0.5, topK: 100, random: () => 0.3 })]),
    textOf([sigmoid(0.25)]),
    refusalOf(() => sigmoid([1, 2] as never)),
    refusalOf(() => softmax(x, { dim: 0 } as never)),
  ];
}

/** The first word of the error of a call. */
function refusalOf(call: () => unknown): string {
  try {
    return String(call());
  } catch (error) {
    const message = String((error as Error).message);
    let end = 0;
    while (end < message.length && message[end] !== " ") end++;
    return message.slice(0, end);
  }
}

const before = lookAround();
const lib: typeof Lanewise = await import(process.env.LANEWISE ?? "lanewise");
const { pollute } = globalThis as { pollute?: () => void };
let values = compute(lib);
const changed = changesSince(before);
if (pollute !== undefined) {
  pollute();
  const then = lookAround();
  values = compute(lib);
  const since = changesSince(then);
  for (let i = 0; i < since.length; i++) put(changed, changed.length, since[i]);
} else if ((await lib.ready()) !== lib.backend()) {
  put(changed, changed.length, "ready() gave another backend");
} else {
  values = compute(lib);
}
const infos = lib.backends();
const reasons: Record<string, string> = { __proto__: null } as never;
const fallbacks: string[] = [];
for (let i = 0; i < infos.length; i++) {
  reasons[infos[i].name] = infos[i].reason ?? "";
  if (infos[i].name === lib.backend() && infos[i].fallbacks !== undefined)
    put(fallbacks, 0, stringify(infos[i].fallbacks));
}
const visit: Visit = { values, backend: lib.backend(), reasons, fallbacks, changed };
write(`\nVISIT ${stringify(visit)}\n`);
