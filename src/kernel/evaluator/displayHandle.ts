/** A shown output that can be replaced. As the last expression of a cell it shows nothing: its output is there. */
export class DisplayHandle {
  readonly id: string;
  readonly #show: (value: unknown) => void;

  /** @param show shows a value in the output's place */
  constructor(id: string, show: (value: unknown) => void) {
    this.id = id;
    this.#show = show;
  }

  /** Shows another value in the same place, as the same mime type. */
  update(value: unknown): void {
    this.#show(value);
  }
}
