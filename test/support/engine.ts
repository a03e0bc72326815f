import { inject } from "vitest";

/** The JavaScript engine that runs the tests. */
export interface Engine {
  name: "node" | "chromium" | "firefox" | "webkit";
  /** Whether it must offer relaxed SIMD; every engine in the matrix must offer SIMD. */
  relaxedSimd: boolean;
  /** Whether another engine tests what plain JavaScript computes the same everywhere. */
  skipsPlain: boolean;
}

declare module "vitest" {
  interface ProvidedContext {
    engine: Engine;
  }
}

/** What the Vitest config says of the engine, as opposed to what the engine says of itself. */
export const engine: Engine = inject("engine");
