/** How long a run takes. */

/** The time that a run has taken, and the time that is left. */
export class Clock {
  readonly #begin = performance.now();
  /** Inputs whose results were not kept from an earlier run. */
  #done = 0;

  /** @param left inputs */
  constructor(private left: number) {}

  add(inputs: number, kept: boolean): void {
    this.left -= inputs;
    if (!kept) this.#done += inputs;
  }

  note(): string {
    const each = this.#each();
    return this.#done > 0 ? `${each.toFixed(1)} ns an input, ${duration(each * this.left)} left in all` : "";
  }

  total(): string {
    const each = this.#done > 0 ? `, ${this.#each().toFixed(1)} ns an input` : "";
    return duration((performance.now() - this.#begin) * 1e6) + each;
  }

  /** Nanoseconds an input. */
  #each(): number {
    return ((performance.now() - this.#begin) * 1e6) / this.#done;
  }
}

function duration(nanoseconds: number): string {
  const seconds = Math.round(nanoseconds / 1e9);
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
