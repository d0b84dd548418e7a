/** Something is sent from an element: while it goes, nothing else; what was refused stays shown. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { FINE, troubleOf, type Places, type Trouble } from "./trouble";

export class Sending implements ReactiveController {
  isBusy = false;
  trouble: Trouble = FINE;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly shown: readonly string[] = [],
    private readonly places: Places = {},
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.trouble = FINE;
  }

  /** Do ``work``; return whether it came to its end. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.trouble = FINE;
    this.host.requestUpdate();
    try {
      await work();
      return true;
    } catch (error) {
      this.trouble = troubleOf(error, this.shown, this.places);
      return false;
    } finally {
      this.isBusy = false;
      this.host.requestUpdate();
    }
  }
}
