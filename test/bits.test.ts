import { beforeAll, describe, expect, it } from "vitest";
import * as lanewise from "../src/index.js";
import stored from "./golden/bits.json" with { type: "json" };
import { type BitsGroup, bitsGroups, hashesOf } from "./support/bits.js";
import { engine } from "./support/engine.js";

const hashes: Readonly<Record<lanewise.BackendName, Readonly<Record<string, string>>>> = stored;

/** Math's functions, which the formulas call, give the same bits in every V8, but others elsewhere. */
const hasV8 = engine.name === "node" || engine.name === "chromium";

/** By formulas, rows and losses take longer than all the others: scripts/bits.ts compares these too. */
const groupsOfFormulas = bitsGroups.filter((group) => group !== "rows" && group !== "losses");

function groupsOf(backend: lanewise.BackendName): readonly BitsGroup[] {
  return backend !== "js" ? bitsGroups : hasV8 ? groupsOfFormulas : [];
}

const tested = lanewise
  .backends()
  .filter(({ available }) => available)
  .map(({ name }) => ({ name, groups: groupsOf(name), wanted: hashes[name] }))
  .filter(({ groups }) => groups.length > 0);

describe.each(tested)("the bits of $name are those that are stored", ({ name, groups, wanted }) => {
  const found = new Set<string>();

  beforeAll(() => lanewise.useBackend(name));

  it.each(groups)("of %s", (group) => {
    const got = hashesOf(lanewise, [group]);
    for (const key of Object.keys(got)) found.add(key);
    const different = Object.keys(got).filter((key) => got[key] !== wanted[key]);
    expect(different).toEqual([]);
  });

  it("and all that is stored has been compared, for every elementwise function", () => {
    const left = Object.keys(wanted).filter((key) => !found.has(key));
    expect(left.length === 0).toBe(groups === bitsGroups);
    for (const { name } of lanewise.functions) expect(found).toContain(`${name} f32`);
  });
});
