/** Hostile environments. */

/** A Node with flags, in which some JavaScript has run before anything is imported. */
export interface Environment {
  readonly name: string;
  readonly flags?: readonly string[];
  /** Runs before the import. */
  readonly before?: string;
  /** Runs between the import and a second look: calls that have been made may not have hidden anything. */
  readonly after?: string;
  /** The backend to be expected; default: the best of this Node. */
  readonly backend?: "js" | "simd";
  /** The address space in KiB. */
  readonly memory?: number;
  /** Runs on x64 alone. */
  readonly x64?: boolean;
}

const js = { backend: "js" } as const;

const names = [
  "foo",
  "mask",
  "temperature",
  "out",
  "shape",
  "axis",
  "value",
  "get",
  "length",
  "then",
  "name",
  "default",
  "reason",
];

/** What programs have done to prototypes: enumerable properties by the names of options and of descriptors. */
const pollution = names.flatMap((name): [string, string][] => [
  [`Object.prototype.${name} = 1`, `Object.prototype.${name} = 1;`],
]);

/** A property of descriptors breaks Node itself: not every program survives it. */
const breaksNode = ["get", "value", "then", "length"];

const overridden = [
  "map",
  "forEach",
  "filter",
  "push",
  "indexOf",
  "includes",
  "join",
  "slice",
  "reduce",
  "some",
  "every",
  "find",
  "fill",
  "concat",
  "flat",
  "flatMap",
  "sort",
];

export const environments: readonly Environment[] = [
  { name: "nothing special" },
  // Flags.
  { name: "--jitless", flags: ["--jitless"], ...js },
  { name: "--no-expose-wasm", flags: ["--no-expose-wasm"], ...js },
  { name: "--no-enable-sse4-1", flags: ["--no-enable-sse4-1"], ...js, x64: true },
  { name: "--no-enable-avx", flags: ["--no-enable-avx"], x64: true },
  { name: "--no-enable-avx2", flags: ["--no-enable-avx2"], x64: true },
  { name: "--no-enable-fma3", flags: ["--no-enable-fma3"], backend: "simd", x64: true },
  { name: "--disallow-code-generation-from-strings", flags: ["--disallow-code-generation-from-strings"] },
  { name: "--frozen-intrinsics", flags: ["--frozen-intrinsics", "--no-warnings"] },
  { name: "--disable-proto=throw", flags: ["--disable-proto=throw"] },
  { name: "--disable-proto=delete", flags: ["--disable-proto=delete"] },
  { name: "--stack-size=80", flags: ["--stack-size=80"] },
  { name: "--max-old-space-size=24", flags: ["--max-old-space-size=24"] },
  { name: "--no-opt", flags: ["--no-opt"] },
  { name: "--always-turbofan", flags: ["--always-turbofan"] },
  { name: "--no-liftoff", flags: ["--no-liftoff"] },
  { name: "--liftoff-only", flags: ["--liftoff-only"] },
  { name: "--no-wasm-bounds-checks", flags: ["--wasm-enforce-bounds-checks"] },
  { name: "--stress-compaction", flags: ["--stress-compaction"] },
  { name: "--no-lazy", flags: ["--no-lazy"] },
  { name: "--no-harmony-rab-gsab", flags: ["--no-harmony-rab-gsab"] },
  { name: "--no-experimental-fetch", flags: ["--no-experimental-fetch"] },
  // Polluted prototypes, before the import and after it.
  ...pollution.map(([name, text]) => ({ name: `${name}, after the import`, after: text })),
  ...pollution
    .filter((_, i) => !breaksNode.includes(names[i]))
    .map(([name, text]) => ({ name: `${name}, before the import`, before: text })),
  { name: "Array.prototype.foo = 1", before: "Array.prototype.foo = 1;" },
  { name: "Function.prototype.out = 1", before: "Function.prototype.out = 1;" },
  { name: "Float32Array.prototype.foo = 1", before: "Float32Array.prototype.foo = 1;" },
  {
    name: "Object.prototype with a getter of mask",
    after:
      "Object.defineProperty(Object.prototype, 'mask', { get() { throw new Error('read'); }, enumerable: true, configurable: true });",
  },
  // Frozen builtins.
  { name: "Object.freeze(Object)", before: "Object.freeze(Object);" },
  { name: "Object.freeze(Object.prototype)", before: "Object.freeze(Object.prototype);" },
  { name: "Object.freeze(Array.prototype)", before: "Object.freeze(Array.prototype);" },
  { name: "Object.freeze(Function.prototype)", before: "Object.freeze(Function.prototype);" },
  { name: "Object.freeze(WebAssembly)", before: "Object.freeze(WebAssembly);" },
  { name: "Object.freeze(Math)", before: "Object.freeze(Math);" },
  { name: "Object.freeze(globalThis)", after: "Object.freeze(globalThis);" },
  {
    name: "all typed arrays frozen",
    before:
      "for (const type of [Float32Array, Float64Array, Int32Array, Uint8Array]) Object.freeze(Object.freeze(type).prototype);",
  },
  // Methods that are somebody else's.
  ...overridden.map((name) => ({
    name: `Array.prototype.${name} is somebody else's`,
    before: `const own = Array.prototype.${name}; Array.prototype.${name} = function (...given) { return own.apply(this, given); };`,
  })),
  ...["set", "slice", "subarray", "fill", "copyWithin", "map"].map((name) => ({
    name: `TypedArray.prototype.${name} throws, after the import`,
    after: `Object.getPrototypeOf(Uint8Array.prototype).${name} = function () { throw new Error("${name} is mine"); };`,
  })),
  { name: "Math.exp is wrong", after: "Math.exp = Math.log = Math.log1p = Math.expm1 = Math.tanh = () => 7;" },
  {
    name: "Object.keys and its like are gone",
    after: "delete Object.keys; delete Object.entries; delete Object.assign; delete Object.fromEntries;",
  },
  // Globals that are missing, or somebody else's.
  { name: "no Buffer", before: "delete globalThis.Buffer;" },
  { name: "Buffer is null", before: "globalThis.Buffer = null;" },
  {
    name: "Buffer is somebody else's",
    before: "globalThis.Buffer = { allocUnsafeSlow: (bytes) => ({ buffer: new ArrayBuffer(bytes + 8) }) };",
  },
  { name: "no TextDecoder", before: "delete globalThis.TextDecoder;" },
  { name: "no atob", before: "delete globalThis.atob;" },
  { name: "no SharedArrayBuffer", before: "delete globalThis.SharedArrayBuffer;" },
  {
    name: "no structuredClone, fetch, Response",
    before: "delete globalThis.structuredClone; delete globalThis.fetch; delete globalThis.Response;",
  },
  {
    name: "no WeakRef, FinalizationRegistry",
    before: "delete globalThis.WeakRef; delete globalThis.FinalizationRegistry;",
  },
  { name: "no WebAssembly", before: "delete globalThis.WebAssembly;", ...js },
  { name: "WebAssembly is null", before: "globalThis.WebAssembly = null;", ...js },
  { name: "WebAssembly is empty", before: "globalThis.WebAssembly = {};", ...js },
  {
    name: "WebAssembly.Memory throws",
    before: "WebAssembly.Memory = class { constructor() { throw new RangeError('no memory'); } };",
    ...js,
  },
  {
    name: "WebAssembly.Module throws",
    before:
      "const no = () => { throw new Error('refused'); }; WebAssembly.Module = class { constructor() { no(); } }; WebAssembly.compile = WebAssembly.instantiate = async () => no();",
    ...js,
  },
  {
    name: "WebAssembly.Memory throws the second time",
    before:
      "const { Memory } = WebAssembly; let made = 0; WebAssembly.Memory = new Proxy(Memory, { construct(target, args) { if (made++ > 0) throw new RangeError('no memory'); return Reflect.construct(target, args); } });",
  },
  // Little memory: Node reserves 10 GiB for each WebAssembly memory.
  ...[13, 14, 16, 18, 20].map((gib) => ({ name: `ulimit -v of ${gib} GiB`, memory: gib * 2 ** 20 })),
];
