import { inject } from "vitest";
import type { BackendName } from "../../src/index.js";

/** The JavaScript engine that runs the tests. */
export interface Engine {
  name: "node" | "chromium" | "firefox" | "webkit";
  /** Whether it must offer relaxed SIMD; every engine in the matrix must offer SIMD. */
  relaxedSimd: boolean;
  /** The one backend that is tested, where another engine tests the others (test/engines/plan.ts). */
  only?: BackendName;
}

declare module "vitest" {
  interface ProvidedContext {
    engine: Engine;
  }
}

/** The engine as the Vitest config describes it, as opposed to how it describes itself. */
export const engine: Engine = inject("engine");
