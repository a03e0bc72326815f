import { describe, expect, it } from "vitest";
import * as sampling from "../src/sampling/index.js";
import { fromGenerationConfig, logitsProcessor } from "../src/transformers/index.js";
import { idsOf, logitsAt, prompts, tensorOf } from "./support/fakeTensors.js";

const { logitBias, minP, temperature, topK, topP } = sampling;

describe("fromGenerationConfig", () => {
  const logits = logitsAt(3, 2, 120);
  const ids = idsOf(prompts.slice(0, 2));
  type Processor = ReturnType<typeof logitsProcessor>;

  function leftBy(processor: Processor) {
    const tensor = tensorOf("float32", logits);
    processor(ids, tensor);
    return tensor.data;
  }

  const off = { top_k: 0 };

  it.each([
    [{}, [topK(50)]],
    [null, [topK(50)]],
    [{ top_k: 5 }, [topK(5)]],
    [{ ...off, top_p: 0.5 }, [topP(0.5)]],
    [{ ...off, top_p: 0 }, [topP(0)]],
    [{ ...off, min_p: 0.2 }, [minP(0.2)]],
    [{ ...off, typical_p: 0.4 }, [sampling.typicalP(0.4)]],
    [{ ...off, epsilon_cutoff: 0.03 }, [sampling.epsilonCutoff(0.03)]],
    [{ ...off, eta_cutoff: 0.3 }, [sampling.etaCutoff(0.3)]],
    [{ ...off, top_h: 0.3 }, [sampling.topH(0.3)]],
    [
      {
        ...off,
        sequence_bias: [
          [[5], 4],
          [[1, 2, 9], 3],
          [[2, 2, 8], 50],
        ],
      },
      [logitBias({ 5: 4, 9: 3 })],
    ],
    // Hugging Face's order, each filter of which sees what those before left.
    [
      { min_p: 0.05, top_p: 0.9, top_k: 12, eta_cutoff: 0.04, typical_p: 0.95, epsilon_cutoff: 0.01, top_h: 0.8 },
      [
        sampling.topH(0.8),
        topK(12),
        topP(0.9),
        minP(0.05),
        sampling.typicalP(0.95),
        sampling.epsilonCutoff(0.01),
        sampling.etaCutoff(0.04),
      ],
    ],
    // What transformers.js does itself.
    [
      {
        ...off,
        do_sample: true,
        temperature: 0.3,
        repetition_penalty: 2,
        no_repeat_ngram_size: 2,
        suppress_tokens: [1],
        min_length: 9,
      },
      [],
    ],
  ] as [object | null, sampling.Filter[]][])("applies %j", (config, filters) => {
    const first = filters.some(({ name }) => name === "logitBias");
    const found = leftBy(fromGenerationConfig(config));
    const wanted = leftBy(logitsProcessor(filters));
    // The second row's history doesn't end with [1, 2].
    expect(found.subarray(0, 120)).toEqual(wanted.subarray(0, 120));
    if (!first) expect(found).toEqual(wanted);
  });

  it.each([
    off,
    { top_k: null },
    { ...off, top_p: 1, typical_p: 1, min_p: 0, epsilon_cutoff: 0, eta_cutoff: 0, temperature: 1 },
    {
      ...off,
      top_p: null,
      typical_p: null,
      min_p: null,
      epsilon_cutoff: null,
      eta_cutoff: null,
      top_h: null,
      temperature: null,
      sequence_bias: null,
    },
    { ...off, top_p: undefined, top_h: undefined, min_p: undefined, temperature: undefined, sequence_bias: undefined },
    { ...off, epsilon_cutoff: 1, eta_cutoff: 1, top_p: 1.5 },
  ])("changes nothing where options are off: %j", (config) => {
    expect(leftBy(fromGenerationConfig(config))).toEqual(Float32Array.from(logits.flat()));
  });

  it("applies a temperature where transformers.js doesn't", () => {
    const config = { top_k: 7, temperature: 0.4 };
    const seed = 11;
    expect(leftBy(fromGenerationConfig(config, { seed }))).toEqual(
      leftBy(logitsProcessor([temperature(0.4), topK(7)], { seed })),
    );
    expect(leftBy(fromGenerationConfig({ ...config, do_sample: true }, { seed }))).toEqual(
      leftBy(logitsProcessor([topK(7)], { seed })),
    );
    expect(leftBy(fromGenerationConfig({ ...config, do_sample: true, temperature: 0 }, { seed }))).toEqual(
      leftBy(logitsProcessor([temperature(0)], { seed })),
    );
    expect(leftBy(fromGenerationConfig(config))).toEqual(leftBy(logitsProcessor([topK(7)])));
  });

  it("lifts no ban by a bias of Infinity", () => {
    const tensor = tensorOf("float32", [[-Infinity, 1, 2]]);
    fromGenerationConfig({ ...off, sequence_bias: [[[0], Infinity]] })([[1n]], tensor);
    expect(tensor.data).toEqual(Float32Array.of(-Infinity, 1, 2));
  });

  it("adds of a bias what is left of it behind a temperature", () => {
    const config = { ...off, temperature: 0.5, sequence_bias: [[[5], 4]] };
    expect(leftBy(fromGenerationConfig({ ...config, do_sample: true }))).toEqual(
      leftBy(logitsProcessor([logitBias({ 5: 8 })])),
    );
    expect(leftBy(fromGenerationConfig(config))).toEqual(leftBy(logitsProcessor([logitBias({ 5: 4 })])));
    const seed = 3;
    expect(leftBy(fromGenerationConfig(config, { seed }))).toEqual(
      leftBy(logitsProcessor([logitBias({ 5: 4 }), temperature(0.5)], { seed })),
    );
  });

  it.each([
    [5, TypeError, /^fromGenerationConfig: config must be a generation configuration, .* not 5$/],
    [[], TypeError, /^fromGenerationConfig: config must be a generation configuration/],
    [{ top_p: "0.9" }, TypeError, /^fromGenerationConfig: top_p must be a number, not "0.9"$/],
    [{ temperature: "1" }, TypeError, /^fromGenerationConfig: temperature must be a number, not "1"$/],
    [{ top_p: -1 }, RangeError, /^fromGenerationConfig: top_p must be from 0 to 1, not -1$/],
    [{ top_k: 2.5 }, TypeError, /^fromGenerationConfig: top_k must be an integer, not 2.5$/],
    [{ top_h: 0 }, RangeError, /^fromGenerationConfig: top_h must be above 0/],
    [{ top_p: NaN }, RangeError, /^fromGenerationConfig: top_p must be from 0 to 1, not NaN$/],
    [{ sequence_bias: { 5: 1 } }, TypeError, /^fromGenerationConfig: sequence_bias must be an array of pairs/],
    [{ sequence_bias: [[5]] }, TypeError, /^fromGenerationConfig: the number of sequence_bias\[0\] must be a number/],
    [{ sequence_bias: [[[], 1]] }, RangeError, /^fromGenerationConfig: sequence_bias\[0\] must have a token$/],
    [{ sequence_bias: [[[5], NaN]] }, RangeError, /^fromGenerationConfig: the number of .* must not be NaN$/],
    [{ sequence_bias: [7] }, TypeError, /^fromGenerationConfig: sequence_bias\[0\] must be a list of tokens/],
  ])("refuses %j", (config, type, message) => {
    expect(() => fromGenerationConfig(config as never)).toThrow(message);
    expect(() => fromGenerationConfig(config as never)).toThrow(type);
  });

  it("refuses what logitsProcessor refuses, by its own name", () => {
    expect(() => fromGenerationConfig({}, { topK: 1 } as never)).toThrow(
      /^fromGenerationConfig: there is no option topK, only seed, random, whenEmpty$/,
    );
    expect(() => fromGenerationConfig({ sequence_bias: [[[500], 1]] })(ids, tensorOf("float32", logits))).toThrow(
      /^fromGenerationConfig: sequence_bias has the token 500, but there are 120 logits/,
    );
  });
});
