import { expect, it } from "vitest";
import { attentionSoftmax, createArena, type FloatArray, useBackend } from "../src/index.js";
import { hasArenas } from "../src/runtime/placements.js";
import { CHUNK, SCRATCH } from "../src/runtime/memory.js";
import { expectSameBits, type FloatArrayType, randomArray, testedBackends, types } from "./support/backends.js";

/** The results of calls that a path of their own computes until there is an arena, by what they are. */
function resultsOf(type: FloatArrayType): Record<string, FloatArray> {
  const perChunk = CHUNK / type.BYTES_PER_ELEMENT;
  const results: Record<string, FloatArray> = {};
  const shapes = [[1], [5], [64], [16, 16], [2, 3, 7], [9, 2], [perChunk], [perChunk + 1], [3, perChunk / 2]];
  const long = new type(SCRATCH / type.BYTES_PER_ELEMENT + 5).map((_, i) => i % 3) as FloatArray;
  results.long = attentionSoftmax(long, { bias: long });
  for (const shape of shapes) {
    const length = shape.reduce((product, size) => product * size, 1);
    const [x, bias, dy] = [1, 2, 3].map((seed) => randomArray(type, length, -5, 5, seed));
    const last = randomArray(type, shape.at(-1)!, -5, 5, 4);
    const rows = randomArray(type, length / shape.at(-1)!, -5, 5, 5);
    const rowShape = [...shape.slice(0, -1), 1];
    const softcap = { scale: 0.5, softcap: 3 };
    const given = {
      bias: { bias },
      "bias of the last axis": { scale: 0.25, bias: last },
      "bias of rows": { bias: rows, biasShape: rowShape },
      softcap,
      "first axis": { axis: 0, bias, ...softcap },
    };
    for (const [name, options] of Object.entries(given)) {
      const title = `${name}, ${shape.join(" × ")}`;
      const y = attentionSoftmax(x, { shape, ...options });
      results[title] = y;
      const place = x.slice();
      results[`${title}, over x`] = attentionSoftmax(place, { shape, ...options, out: place });
      if ("biasShape" in options) continue;
      const axis = "axis" in options ? 0 : -1;
      const capped = "softcap" in options ? { ...softcap, scores: x } : { scale: 0.25 };
      results[`${title}, gradient`] = attentionSoftmax.backward(y, dy, { shape, axis, ...capped });
      const out = dy.slice();
      results[`${title}, gradient over dy`] = attentionSoftmax.backward(y, out, { shape, axis, ...capped, out });
    }
    const over = bias.slice();
    results[`over bias, ${shape.join(" × ")}`] = attentionSoftmax(x, { shape, bias: over, out: over });
    const scores = x.slice();
    results[`gradient over scores, ${shape.join(" × ")}`] = attentionSoftmax.backward(
      attentionSoftmax(x, { shape, ...softcap }),
      dy,
      { shape, ...softcap, scores, out: scores },
    );
  }
  return results;
}

it("attentionSoftmax gives the same bits where an arena has been made, and where none has", () => {
  const all = () =>
    testedBackends.flatMap((backend) =>
      types.map((type) => {
        useBackend(backend);
        return { title: `${backend}, ${type.name}`, results: resultsOf(type) };
      }),
    );
  expect(hasArenas()).toBe(false);
  const without = all();
  createArena(4096);
  expect(hasArenas()).toBe(true);
  all().forEach(({ title, results }, i) => {
    for (const [name, result] of Object.entries(results)) {
      expectSameBits(result, without[i].results[name], `${title}: ${name}`);
    }
  });
});
