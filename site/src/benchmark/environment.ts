/** What the visitor's browser tells of itself. */

interface Brands {
  readonly brands?: readonly { readonly brand: string; readonly version: string }[];
  readonly platform?: string;
}

/** The browsers that name themselves at the end of their identification, most particular first. */
const products = [/(Edg|OPR|Firefox)\/(\d+)/, /(Chrome)\/(\d+)/, /Version\/(\d+).* (Safari)\//] as const;

/** The browser's name, its version and its system: "Chromium 140, Linux". */
function browserName(): string {
  const { brands = [], platform } = (navigator as { userAgentData?: Brands }).userAgentData ?? {};
  // Chromium names a brand that is none, so that pages don't rely on the list; "Not/A)Brand", and itself last of all.
  const real = brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand.replaceAll(/[^a-z]/gi, "")));
  const own = real.find(({ brand }) => brand !== "Chromium") ?? real[0];
  if (own !== undefined) return [`${own.brand} ${own.version}`, ...(platform ? [platform] : [])].join(", ");
  for (const pattern of products) {
    const found = pattern.exec(navigator.userAgent);
    if (found !== null) return found[1].match(/\d/) ? `${found[2]} ${found[1]}` : `${found[1]} ${found[2]}`;
  }
  return navigator.userAgent;
}

/** What is said of all that is measured here, as terms and their descriptions. */
export function conditionsOf(clockStep: number, slice: number): [term: string, text: string][] {
  const processors = navigator.hardwareConcurrency;
  return [
    ["Browser", browserName()],
    ["Processors", `${processors} threads, of which one is measured on at a time`],
    [
      "Calls",
      `float32 arrays. Each call is given the array to write to (out), so that none is made. Values like a layer's sums, of ` +
        `deviation 3. Plain JavaScript is the best that was found: of several ways to write a function the fastest counts.`,
    ],
    [
      "Turns",
      `All take turns, each for at least ${slice.toPrecision(2)} ms (the clock's step is ${Number(clockStep.toPrecision(2))} ms), ` +
        `after a while of warming up. Shown are the fastest turn and the median. ` +
        "Each runs in a worker of its own, so that the engine optimises none by what it learned of another.",
    ],
  ];
}

/** What the place of arrays means for what is counted. */
export const placements = {
  ordinary: {
    label: "ordinary, copying counts",
    text: "Ordinary arrays, which lanewise copies into WebAssembly's memory and back: that is counted",
  },
  arena: {
    label: "in an arena, nothing is copied",
    text: "Arrays in an arena of lanewise's, which its kernels read and write where they lie: nothing is copied. Plain JavaScript has ordinary arrays",
  },
} as const;
