/** Work under a name, never twice at the same time. */
export class Once {
  private readonly running = new Set<string>();

  /** Do ``work`` unless the same is under way already; then do nothing. */
  async run(name: string, work: () => Promise<void>): Promise<void> {
    if (this.running.has(name)) return;
    this.running.add(name);
    try {
      await work();
    } finally {
      this.running.delete(name);
    }
  }
}
