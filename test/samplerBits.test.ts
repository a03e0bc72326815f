import { expect, it } from "vitest";
import * as sampling from "../src/sampling/index.js";
import stored from "./golden/samplers.json" with { type: "json" };
import { describeBackends } from "./support/backends.js";
import { samplerHashes } from "./support/bits/samplers.js";

describeBackends("samplers choose the tokens that are stored", () => {
  it("with each filter, and the usual chains", () => expect(samplerHashes(sampling)).toEqual(stored));
});
