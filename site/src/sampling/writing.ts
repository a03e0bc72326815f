/** The part of the page in which a network writes: the beginning, which the reader types, and what follows it. */

import { byId } from "../elements.js";
import { BEGINNING, filterOf, LONGEST_BEGINNING, type State } from "./state.js";
import { nameOf, problemOf, Writer } from "./writer.js";
import type { Source } from "./sources.js";

/** How many characters a press of the second button writes. */
const MANY = 100;

/** The writing network in a page. */
export class Writing {
  readonly #field = byId<HTMLTextAreaElement>("beginning");
  readonly #one = byId<HTMLButtonElement>("write");
  readonly #many = byId<HTMLButtonElement>("writeMany");
  #writer: Writer | undefined;

  /** @param onText called after another beginning, and when something was written */
  constructor(
    private readonly state: State,
    private readonly onText: (source: Source) => void,
  ) {
    this.#field.maxLength = LONGEST_BEGINNING;
    this.#many.textContent = `Write ${MANY}`;
    this.#field.addEventListener("input", () => this.#take(this.#field.value));
    this.#one.addEventListener("click", () => this.#write(1));
    this.#many.addEventListener("click", () => this.#write(MANY));
    byId("over").addEventListener("click", () => {
      this.#begin(this.#writer!.beginning);
      this.#say("Nothing is written yet.");
    });
  }

  /**
   * Has the network at hand, and calls `onText`.
   *
   * @param isWanted tells, when it is there, whether the reader still wants it
   * @throws {Error} if it can't be had
   */
  async load(isWanted: () => boolean): Promise<void> {
    if (this.#writer === undefined) {
      const { fetchNetwork } = await import("./network.js");
      const model = await fetchNetwork();
      this.#writer ??= new Writer(model);
    }
    if (!isWanted()) return;
    if (this.#writer.beginning === "") this.#takeFirst();
    this.#tell(this.#writer);
  }

  /** Takes the beginning of the address, of which the network may not know all characters. */
  #takeFirst(): void {
    const { beginning } = this.state;
    this.#field.value = beginning === "\n" ? "" : beginning;
    // Where the address has what the network doesn't know, this stays.
    this.#begin(BEGINNING);
    this.#take(beginning);
  }

  /** After another filter, number or seed: what is written next is by these. */
  restart(): void {
    this.#writer?.restart();
  }

  /** Tells whether a character can be written. */
  set isEmpty(isEmpty: boolean) {
    this.#one.disabled = this.#many.disabled = isEmpty;
  }

  /** Takes what is typed, where the network knows all of it. Nothing typed is the beginning of a paragraph. */
  #take(typed: string): void {
    const writer = this.#writer!;
    const problem = problemOf(typed, writer.model.vocabulary);
    this.#field.setAttribute("aria-invalid", String(problem !== undefined));
    byId("unknown").textContent = problem ?? "";
    if (problem === undefined) this.#begin(typed === "" ? "\n" : typed);
  }

  #begin(text: string): void {
    this.state.beginning = text;
    this.#writer!.begin(text);
    this.#say("");
    this.#tell(this.#writer!);
  }

  #write(count: number): void {
    const writer = this.#writer!;
    const before = writer.written.length;
    let problem = "";
    try {
      writer.write(count, this.state.chain.map(filterOf), this.state.seed);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problem = ` ${error.message}`;
    }
    const { length } = writer.written;
    const told =
      length - before === 1
        ? `Character ${length} is “${nameOf(writer.written[before])}”.`
        : `${length - before} characters are written, ${length} in all.`;
    this.#say(told + problem);
    this.#tell(writer);
  }

  #say(text: string): void {
    byId("wrote").textContent = text;
  }

  #tell(writer: Writer): void {
    byId("begun").textContent = writer.beginning;
    byId("written").textContent = writer.written;
    const box = byId("textSoFar");
    box.scrollTop = box.scrollHeight;
    this.onText(writer.source());
  }
}
