/** Where distributions over the next token come from. */

/** Tokens with their logits, as a model gives them. */
export interface Source {
  /** In an address. */
  readonly id: string;
  /** What kind of distribution it is. */
  readonly name: string;
  /** The text before the token. */
  readonly text: string;
  readonly tokens: readonly string[];
  readonly logits: Float32Array;
  /** The tokens so far that penalties look at, by their indices. */
  readonly history: readonly number[];
}

/** A source of words with their logits; `said` are those of them that the text has. */
function fixed(
  id: string,
  name: string,
  text: string,
  said: readonly string[],
  words: Readonly<Record<string, number>>,
): Source {
  const tokens = Object.keys(words);
  return {
    id,
    name,
    text,
    tokens,
    logits: Float32Array.from(Object.values(words)),
    history: said.map((word) => tokens.indexOf(word)),
  };
}

const tail = fixed(
  "tail",
  "Long tail",
  "The mat was on the floor, and on the mat a dog. The cat sat on the …",
  ["mat", "floor", "mat"],
  {
    ...{
      mat: 6.1,
      floor: 5.4,
      bed: 5.1,
      sofa: 5,
      couch: 4.8,
      table: 4.5,
      windowsill: 4.3,
      roof: 4,
      rug: 3.9,
      chair: 3.8,
    },
    ...{
      fence: 3.6,
      lap: 3.3,
      carpet: 3.1,
      porch: 3,
      bench: 2.8,
      desk: 2.6,
      wall: 2.4,
      grass: 2.2,
      keyboard: 1.8,
      piano: 1.4,
    },
    ...{ stairs: 1.3, car: 1, moon: -0.6, idea: -1.4 },
  },
);

const peaked = fixed("peaked", "Sure", "Lyon is in France. The capital of France is …", ["Lyon"], {
  ...{ Paris: 10.2, the: 7.3, a: 6.6, located: 6.1, one: 5.6, known: 5.3, in: 5.1, Lyon: 4.9, called: 4.6, also: 4.4 },
  ...{
    not: 4.2,
    now: 3.9,
    home: 3.6,
    still: 3.3,
    of: 3,
    Marseille: 2.8,
    beautiful: 2.5,
    very: 2.3,
    Versailles: 2.1,
    old: 1.7,
  },
  ...{ London: 1.5, France: 1.2, Rome: 0.6, cheese: -1.9 },
});

const peaks = fixed("peaks", "Two peaks", "“Tea or coffee?” He had coffee. She asked for …", ["coffee"], {
  ...{
    tea: 8.1,
    coffee: 7.9,
    a: 5.6,
    the: 5,
    some: 4.7,
    water: 4.6,
    more: 4.3,
    both: 4,
    two: 3.7,
    sugar: 3.5,
    milk: 3.4,
  },
  ...{
    neither: 3.2,
    hot: 3,
    black: 2.8,
    green: 2.6,
    juice: 2.5,
    nothing: 2.3,
    another: 2.1,
    cocoa: 1.9,
    wine: 1.5,
    help: 1.1,
  },
  ...{ soup: 0.4, silence: -0.5, gravel: -2.6 },
});

const flat = fixed("flat", "Open", "He drew a fox and an owl. Her favourite animal was the …", ["fox", "owl"], {
  ...{
    elephant: 3.1,
    dog: 3,
    cat: 2.9,
    horse: 2.9,
    fox: 2.8,
    dolphin: 2.7,
    giraffe: 2.6,
    wolf: 2.6,
    lion: 2.5,
    tiger: 2.4,
  },
  ...{
    owl: 2.4,
    rabbit: 2.3,
    bear: 2.2,
    otter: 2.1,
    penguin: 2,
    whale: 2,
    panda: 1.9,
    hedgehog: 1.7,
    zebra: 1.6,
    turtle: 1.5,
  },
  ...{ squirrel: 1.3, octopus: 1.1, snail: 0.6, mosquito: -1 },
});

export const sources: readonly Source[] = [tail, peaked, peaks, flat];
