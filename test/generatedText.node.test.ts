import { readFileSync } from "node:fs";
import { backends, useBackend } from "lanewise";
import { createSampler, dry, mirostat, temperature, topP, xtc } from "lanewise/sampling";
import { describe, expect, it } from "vitest";
import { CharacterModel } from "../examples/generate/model.js";

const file = readFileSync(new URL("../examples/generate/weights.bin", import.meta.url));
const weights = new Uint8Array(file).buffer;
const here = backends().flatMap(({ name, available }) => (available ? [name] : []));

// All backends are compared at once, so that an engine runs this once.
describe("the text of a seed", () => {
  it.each([
    ["no filter", []],
    ["temperature and top-p", [temperature(0.8), topP(0.9)]],
    ["dry, xtc and mirostat", [dry({ multiplier: 0.8 }), xtc({ probability: 0.3 }), mirostat({ tau: 2 })]],
  ])(`is the same on every backend, with %s`, (_, filters) => {
    const texts = here.map((name) => {
      useBackend(name);
      const model = CharacterModel.fromWeights(weights);
      const sampler = createSampler(filters, { seed: 42 });
      let text = "";
      while (text.length < 1000) text += model.vocabulary[sampler.next(model.logits(text))];
      return text;
    });
    expect(texts.length).toBeGreaterThan(1);
    expect(new Set(texts).size).toBe(1);
    expect(texts[0].split(" ").length).toBeGreaterThan(100);
  });
});
