import { beforeAll, describe, expect, it } from "vitest";
import * as lanewise from "../../src/index.js";
import stored from "../golden/bits.json" with { type: "json" };
import { type BitsGroup, hashesOf } from "./bits.js";

const hashes: Readonly<Record<lanewise.BackendName, Readonly<Record<string, string>>>> = stored;

/** Describes that the results of a backend, in some groups of functions, have the stored hashes whose keys belong to these. */
export function describeStoredBits(
  name: lanewise.BackendName,
  groups: readonly BitsGroup[],
  belongs: (key: string) => boolean,
): void {
  describe(`the bits of ${name} are those that are stored`, () => {
    const wanted = hashes[name];
    const found: string[] = [];

    beforeAll(() => lanewise.useBackend(name));

    it.each(groups)("of %s", (group) => {
      const got = hashesOf(lanewise, [group]);
      found.push(...Object.keys(got));
      const different = Object.keys(got).filter((key) => got[key] !== wanted[key]);
      expect(different).toEqual([]);
    });

    it("and all that is stored has been compared", () => {
      expect(found.toSorted()).toEqual(Object.keys(wanted).filter(belongs).sort());
      expect(found.length).toBeGreaterThan(0);
    });

    if (!groups.includes("elementwise")) return;
    it("for every elementwise function", () => {
      for (const { name } of lanewise.functions) expect(found).toContain(`${name} f32`);
    });
  });
}
