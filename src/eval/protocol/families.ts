/** Which documents belong together: those of a row, and of rows with the same group. */
export class Families {
  private readonly members = new Map<string, Set<number>>();
  private readonly groupsOf = new Map<number, Set<string>>();

  /** Notes that the documents at these places belong to a group. */
  add(group: string, places: Iterable<number>): void {
    const members = this.members.get(group) ?? new Set();
    this.members.set(group, members);
    for (const place of places) {
      members.add(place);
      this.groupsOf.set(place, (this.groupsOf.get(place) ?? new Set()).add(group));
    }
  }

  /** Every document that shares a group with this one, itself left out. */
  relatives(place: number): Set<number> {
    const found = new Set<number>();
    for (const group of this.groupsOf.get(place) ?? []) for (const one of this.members.get(group)!) found.add(one);
    found.delete(place);
    return found;
  }

  /**
   * For each group the name of its cluster: groups that share a document, directly or through others, are one cluster,
   * since what is measured on one says something about the other.
   */
  clusters(): Map<string, string> {
    const cluster = new Map<string, string>();
    for (const start of this.members.keys()) {
      if (cluster.has(start)) continue;
      const open = [start];
      cluster.set(start, start);
      for (let group = open.pop(); group !== undefined; group = open.pop())
        for (const place of this.members.get(group)!)
          for (const next of this.groupsOf.get(place)!)
            if (!cluster.has(next)) {
              cluster.set(next, start);
              open.push(next);
            }
    }
    return cluster;
  }
}
