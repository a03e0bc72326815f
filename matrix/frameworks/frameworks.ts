/** The frameworks: how each is built, started and developed. Their programs are in matrix/packages. */

export interface Framework {
  readonly name: string;
  /** The folder in matrix/packages. */
  readonly packages: string;
  /** The package whose version is named. */
  readonly tool: string;
  /** The folder that matrix/probe's files are copied to. */
  readonly sources: string;
  /** The files that choose the backend, which docs/guides/backends.md shows. */
  readonly recipe: readonly string[];
  /** Whether all import lanewise from the only file of `recipe`. */
  readonly isWrapped?: boolean;
  readonly pages: readonly string[];
  /** Addresses that answer with what probe() gives. */
  readonly handlers?: readonly string[];
  readonly build: readonly string[];
  readonly development: readonly string[];
  /** What starts what was built, in `output`. */
  readonly production: readonly string[];
  readonly output: string;
  /** Whether the framework promises that its output runs without node_modules: it is run from elsewhere. */
  readonly isStandalone: boolean;
  /** Files and folders that are copied into the output first, from and to. */
  readonly copied?: readonly (readonly [from: string, to: string])[];
}

function next(bundler: "turbopack" | "webpack"): Framework {
  return {
    name: `Next.js, ${bundler}`,
    packages: "next",
    tool: "next",
    sources: ".",
    recipe: ["lanewise.js"],
    isWrapped: true,
    pages: ["/"],
    handlers: ["/api/node", "/api/edge"],
    build: ["next", "build", `--${bundler}`],
    development: ["next", "dev", `--${bundler}`],
    production: ["server.js"],
    output: ".next/standalone",
    isStandalone: true,
    copied: [[".next/static", ".next/static"]],
  };
}

export const frameworks: readonly Framework[] = [
  next("turbopack"),
  next("webpack"),
  {
    name: "SvelteKit",
    packages: "sveltekit",
    tool: "@sveltejs/kit",
    sources: "src",
    recipe: ["src/hooks.server.js", "src/hooks.client.js"],
    pages: ["/", "/prerendered"],
    build: ["vite", "build"],
    development: ["vite", "dev"],
    production: ["index.js"],
    output: "build",
    isStandalone: true,
    copied: [["package.json", "package.json"]],
  },
  {
    name: "Astro",
    packages: "astro",
    tool: "astro",
    sources: "src",
    recipe: ["src/lanewise.js"],
    isWrapped: true,
    pages: ["/", "/rendered"],
    build: ["astro", "build"],
    development: ["astro", "dev"],
    production: ["server/entry.mjs"],
    output: "dist",
    isStandalone: false,
  },
  {
    name: "Nuxt",
    packages: "nuxt",
    tool: "nuxt",
    sources: "shared",
    recipe: ["app/plugins/lanewise.js", "server/plugins/lanewise.js"],
    pages: ["/"],
    handlers: ["/api/probe"],
    build: ["nuxt", "build"],
    development: ["nuxt", "dev"],
    production: ["server/index.mjs"],
    output: ".output",
    isStandalone: true,
  },
];
