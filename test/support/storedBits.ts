import { beforeAll, describe, expect, it } from "vitest";
import * as lanewise from "../../src/index.js";
import stored from "../golden/bits.json" with { type: "json" };
import { type BitsGroup, bitsGroups, hashesOf } from "./bits.js";

const hashes: Readonly<Record<lanewise.BackendName, Readonly<Record<string, string>>>> = stored;

/** Describes that the results of a backend, in all groups of functions or in some, have the hashes that are stored. */
export function describeStoredBits(name: lanewise.BackendName, groups: readonly BitsGroup[] = bitsGroups): void {
  describe(`the bits of ${name} are those that are stored`, () => {
    const wanted = hashes[name];
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
}
