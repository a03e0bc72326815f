/**
 * `lanewise/transformers` with transformers.js itself: generates by a tiny model, and compares with `createSampler` on the same logits. Tells
 * each outcome on file descriptor 3, as cells.ts reads it. It runs in the folder where both are installed.
 */

import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { writeSync } from "node:fs";
import { join } from "node:path";
import * as huggingFace from "@huggingface/transformers";
import { fromFloat16, toFloat16 } from "lanewise/float16";
import * as sampling from "lanewise/sampling";
import { fromGenerationConfig, logitsProcessor } from "lanewise/transformers";
import { vocabulary, writeModel } from "./model.ts";

const { AutoModelForCausalLM, env, LogitsProcessorList, random, SuppressTokensLogitsProcessor, Tensor } = huggingFace;
const { createSampler, dry, minP, mirostat, repetitionPenalty, temperature, topK, topP, typicalP, xtc } = sampling;

env.allowRemoteModels = false;
env.localModelPath = join(process.cwd(), "models");
const size = writeModel(join(env.localModelPath, "tiny"), { generationConfig: { top_k: 20, top_p: 0.9, min_p: 0.02 } });
writeModel(join(env.localModelPath, "half"), { isHalf: true });
const load = (name) => AutoModelForCausalLM.from_pretrained(name, { dtype: "fp32", device: "cpu" });
const [tiny, half] = [await load("tiny"), await load("half")];

const newTokens = 24;
// No token of it is all others' prefix, and no end is drawn, so that all rows have the same length.
const generation_config = { max_new_tokens: newTokens, eos_token_id: null };

/** Prompts of so many rows. */
function promptsOf(rows) {
  const ids = BigInt64Array.from({ length: 5 * rows }, (_, i) => BigInt((7 * i + 3) % vocabulary));
  return new Tensor("int64", ids, [rows, 5]);
}

/** Generates, and gives what was drawn, with the logits and ids that a processor sees before and behind the others. */
async function generate(model, rows, processors, config = {}) {
  const before = [];
  const after = [];
  const recordTo = (list) => (ids, logits) => {
    list.push({ ids: ids.map((row) => row.slice()), data: logits.data.slice(), type: logits.type });
    return logits;
  };
  const output = await model.generate({
    inputs: promptsOf(rows),
    generation_config: { ...generation_config, ...config },
    logits_processor: [recordTo(before), ...processors, recordTo(after)],
  });
  const tokens = output.tolist().map((row) => row.slice(5).map(Number));
  return { before, after, tokens };
}

/** What a sampler draws of recorded logits. */
function drawnBy(sampler, steps, rows) {
  const drawn = Array.from({ length: rows }, () => []);
  for (const { data, ids } of steps) {
    const tokens = sampler.nextBatch(data, { shape: [rows, vocabulary], histories: ids });
    tokens.forEach((token, row) => drawn[row].push(token));
  }
  return drawn;
}

/** Records the logits as the model gives them, while something runs. */
async function withRawLogits(model, work) {
  const steps = [];
  const { forward } = model;
  model.forward = async (inputs) => {
    const outputs = await forward.call(model, inputs);
    steps.push(outputs.logits.slice(null, -1, null).to("float32").data.slice());
    return outputs;
  };
  try {
    return { steps, ...(await work()) };
  } finally {
    model.forward = forward;
  }
}

const chains = {
  "top_p, min_p": [topP(0.9), minP(0.05)],
  usual: [temperature(0.7), topK(40), topP(0.95), minP(0.05)],
  typical_p: [typicalP(0.8)],
  "repetition penalty": [repetitionPenalty(1.3), temperature(1.5)],
  "DRY, XTC": [dry({ multiplier: 0.8 }), xtc({ probability: 0.5, threshold: 0.05 })],
  "top-n-sigma, top-h": [sampling.topNSigma(2), sampling.topH(0.7)],
  "greedy by temperature": [temperature(0)],
  "all tokens": [],
};

/** Runs a check for each of several things, and names the one for which it fails. */
async function forEach(things, check) {
  for (const [name, thing] of Object.entries(things)) {
    await check(thing, name).catch((error) => {
      throw new Error(`${name}: ${error.message}`);
    });
  }
}

/** A check of each outcome, by its name. */
const checks = {};

checks["draws by a seed as createSampler"] = () =>
  forEach(chains, async (filters) => {
    for (const [model, rows] of [
      [tiny, 1],
      [tiny, 3],
      [half, 2],
    ]) {
      for (const config of [
        { do_sample: false },
        { do_sample: true },
        { do_sample: true, top_k: 5, temperature: 0.5 },
      ]) {
        const processor = logitsProcessor(filters, { seed: 42 });
        const first = await generate(model, rows, processor, config);
        const wanted = drawnBy(createSampler(filters, { seed: 42 }), first.before, rows);
        equal(first.tokens, wanted);
        equal(first.before.length, newTokens);
        // A generation begins with the seed's first number.
        equal((await generate(model, rows, processor, config)).tokens, wanted);
      }
    }
  });

checks["filters as createSampler, and transformers.js draws"] = () =>
  forEach(chains, async (filters, name) => {
    for (const model of [tiny, half]) {
      random.seed(9);
      const settings = { do_sample: true, top_k: 0, top_p: 1 };
      const { before, after, tokens } = await generate(model, 2, logitsProcessor(filters), settings);
      const drawsByChance = name.includes("XTC");
      for (const [step, { data, ids }] of before.entries()) {
        for (let row = 0; row < 2; row++) {
          const place = [row * vocabulary, (row + 1) * vocabulary];
          const left = after[step].data.subarray(...place);
          const max = Math.max(...left);
          const total = left.reduce((sum, x) => sum + Math.exp(x - max), 0);
          ok(left[tokens[row][step]] > -Infinity, "a token was drawn that was excluded");
          if (drawsByChance) continue;
          for (const seed of [1, 2, 3]) {
            const { token, filteredLogProbability } = createSampler(filters, { seed }).draw(data.subarray(...place), {
              history: ids[row],
            });
            const found = left[token] - max - Math.log(total);
            ok(Math.abs(found - filteredLogProbability) < 1e-5, `${found}, not ${filteredLogProbability}`);
          }
        }
      }
    }
  });

checks["without a draw of its own, greedy search stays greedy"] = async () => {
  const plain = await generate(tiny, 3, [], { do_sample: false });
  const filtered = await generate(tiny, 3, logitsProcessor([topK(3), minP(0.1)]), { do_sample: false });
  equal(filtered.tokens, plain.tokens);
};

checks["mirostat follows what transformers.js draws"] = async () => {
  random.seed(4);
  const { before, after, tokens } = await generate(tiny, 2, logitsProcessor([mirostat({ tau: 2, eta: 0.5 })]), {
    do_sample: true,
    top_k: 0,
  });
  for (let row = 0; row < 2; row++) {
    let limit = 4;
    for (const [step, { data }] of before.entries()) {
      const logits = data.subarray(row * vocabulary, (row + 1) * vocabulary);
      const left = after[step].data.subarray(row * vocabulary, (row + 1) * vocabulary);
      const weights = logits.map((x) => Math.exp(x - Math.max(...logits)));
      const total = weights.reduce((a, b) => a + b, 0);
      const kept = Array.from(weights.keys()).filter(
        (i) => -Math.log2(weights[i] / total) <= limit || weights[i] === 1,
      );
      equal(
        Array.from(left.keys()).filter((i) => left[i] > -Infinity),
        kept,
      );
      const mass = kept.reduce((sum, i) => sum + weights[i], 0);
      limit -= 0.5 * (-Math.log2(weights[tokens[row][step]] / mass) - 2);
    }
  }
};

checks["draws in the place of a list of transformers.js, or in one, or with one of its processors"] = async () => {
  const filters = chains.usual;
  const wanted = (await generate(tiny, 2, logitsProcessor(filters, { seed: 1 }))).tokens;
  const run = async (logits_processor) => {
    const output = await tiny.generate({ inputs: promptsOf(2), generation_config, logits_processor });
    return output.tolist().map((row) => row.slice(5).map(Number));
  };
  equal(await run(logitsProcessor(filters, { seed: 1 })), wanted);
  const list = new LogitsProcessorList();
  list.push(logitsProcessor(filters, { seed: 1 }));
  equal(await run(list), wanted);
  const own = logitsProcessor([]);
  own.push(new SuppressTokensLogitsProcessor(wanted.flat()));
  own.extend([logitsProcessor(filters, { seed: 1 })]);
  ok(
    (await run(own)).flat().every((token) => !wanted.flat().includes(token)),
    "a suppressed token was drawn",
  );
};

checks["changes a tensor of float16 in place"] = async () => {
  const numbers = Float32Array.from({ length: vocabulary }, (_, i) => ((i * 37) % vocabulary) / 8 - 4);
  const tensor = new Tensor("float16", toFloat16(numbers), [1, vocabulary]);
  const { data } = tensor;
  equal(logitsProcessor([topK(3)])([[1n]], tensor) === tensor, true);
  equal(tensor.data === data, true);
  const found = Array.from(fromFloat16(new Uint16Array(data.buffer, data.byteOffset, data.length)));
  const least = [...numbers].sort((a, b) => b - a)[2];
  equal(
    found,
    Array.from(numbers, (x) => (x >= least ? x : -Infinity)),
  );
};

/** The token that would end each text of the model at once. */
const end = (await generate(tiny, 1, [])).tokens[0][0];

/**
 * What generation configurations may hold that changes logits, at values at which it does something, with the same as a filter: in the order of
 * Hugging Face's transformers for Python.
 */
const options = [
  ["repetition_penalty", 1.4, repetitionPenalty(1.4)],
  ["no_repeat_ngram_size", 2, sampling.noRepeatNgramSize(2)],
  ["bad_words_ids", [[5], [11], [13, 7]], sampling.badWords([[5], [11], [13, 7]])],
  ["min_length", 20, sampling.minLength(20, end)],
  ["suppress_tokens", [8, 13], sampling.bannedTokens([8, 13])],
  ["temperature", 1.7, temperature(1.7)],
  ["top_h", 0.9, sampling.topH(0.9)],
  ["top_k", 20, topK(20)],
  ["top_p", 0.95, topP(0.95)],
  ["min_p", 0.02, minP(0.02)],
  ["typical_p", 0.92, typicalP(0.92)],
  ["epsilon_cutoff", 0.012, sampling.epsilonCutoff(0.012)],
  ["eta_cutoff", 0.2, sampling.etaCutoff(0.2)],
];
const warpers = options.slice(options.findIndex(([name]) => name === "temperature") + 1);
const configOf = (list) => Object.fromEntries([["do_sample", true], ["top_k", 0], ["eos_token_id", end], ...list]);
const filtersOf = (list) => list.map(([, , filter]) => filter);

/** Generates by a configuration, and compares with filters on the logits that the model gave. */
async function compare(list) {
  const config = configOf(list);
  for (let seed = 1; seed <= 6; seed++) {
    const { steps, before, tokens } = await withRawLogits(tiny, () =>
      generate(tiny, 2, fromGenerationConfig(config, { seed }), config),
    );
    const raw = before.map(({ ids }, step) => ({ ids, data: steps[step] }));
    equal(tokens, drawnBy(createSampler(filtersOf(list), { seed }), raw, 2));
  }
}

checks["fromGenerationConfig: each option as a filter on the model's logits"] = () =>
  forEach(Object.fromEntries(options.map((option) => [option[0], option])), (option) => compare([option]));

checks["fromGenerationConfig: sequence_bias, and what a temperature leaves of it"] = async () => {
  const bias = [
    "sequence_bias",
    [
      [[end], 2.5],
      [[9], 4],
    ],
    sampling.logitBias({ [end]: 2.5, 9: 4 }),
  ];
  await compare([bias]);
  await compare([bias, ["temperature", 1.7, temperature(1.7)]]);
};

checks["fromGenerationConfig: everything, in the order of Python's transformers"] = () => compare(options);

checks["transformers.js drops what fromGenerationConfig applies"] = async () => {
  random.seed(2);
  const config = configOf(warpers.filter(([name]) => name !== "top_k"));
  const { before, after } = await generate(tiny, 1, [], { ...config, eos_token_id: null });
  equal(after, before);
  ok(
    before.every(({ data }) => data.every((x) => x > -Infinity)),
    "it has excluded tokens",
  );
};

checks["fromGenerationConfig: transformers.js draws by what is left"] = async () => {
  random.seed(3);
  const config = configOf(options);
  const { before, after } = await generate(tiny, 1, fromGenerationConfig(config), { ...config, eos_token_id: null });
  // Its temperature, and all before it, have been applied already.
  const filters = filtersOf(warpers);
  for (const [step, { data, ids }] of before.entries()) {
    const left = new Set();
    for (let seed = 0; seed < 20; seed++) {
      const { tokens } = createSampler(filters, { seed }).draw(data, { history: ids[0], count: 500 });
      for (const token of tokens) left.add(token);
    }
    const found = Array.from(after[step].data.keys()).filter((token) => after[step].data[token] > -Infinity);
    equal(
      found,
      [...left].sort((a, b) => a - b),
    );
  }
};

checks["fromGenerationConfig: the model's own file, of which transformers.js drops top_p and min_p"] = async () => {
  const config = { ...tiny.generation_config, do_sample: true };
  const { before, tokens } = await generate(tiny, 2, fromGenerationConfig(config, { seed: 5 }), config);
  equal(tokens, drawnBy(createSampler([topK(20), topP(0.9), minP(0.02)], { seed: 5 }), before, 2));
};

checks["fromGenerationConfig: a model without such a file"] = async () => {
  equal(await fromGenerationConfig(half.generation_config, { seed: 5 }).processors.length, 1);
  const { before, tokens } = await generate(half, 1, fromGenerationConfig(null, { seed: 5 }), { do_sample: true });
  equal(tokens, drawnBy(createSampler([topK(50)], { seed: 5 }), before, 1));
};

checks["an error in a generation names the function and what is wrong"] = async () => {
  const banned = logitsProcessor([sampling.allowedTokens([])]);
  const error = await generate(tiny, 1, banned).catch((reason) => reason);
  ok(/^logitsProcessor: allowedTokens leaves no token/.test(error.message), String(error));
};

writeSync(3, `${JSON.stringify({ part: "a model of random weights", note: `${size} bytes` })}\n`);
for (const [part, check] of Object.entries(checks)) {
  const failed = await check().then(
    () => undefined,
    (error) => `${error.message}`.slice(0, 2000),
  );
  writeSync(3, `${JSON.stringify({ part, ...(failed !== undefined && { failed }) })}\n`);
}
