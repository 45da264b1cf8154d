/** What a view showed for some seconds: see `monitor/journal/`. Times are milliseconds since the epoch. */
export interface NewJournalPart {
  /** Its place in its group; a group begins with all that was shown, in its part 0. */
  readonly part: number
  /** Whether a run begins with it. */
  readonly run: boolean
  /** Whether its group begins a run, or was begun because our clock was set; left out of others. */
  readonly turned?: boolean
  /** When its first and its last change were. */
  readonly at: number
  readonly until: number
  readonly bytes: Uint8Array
}

/** The same with its id, which grows with each part of a data folder. */
export interface JournalPart extends NewJournalPart {
  readonly id: number
}

/** Which parts a moment follows from. */
export interface JournalPlace {
  /** The ids of the first part of the group, and of the last one that is not later than the moment. */
  readonly from: number
  readonly to: number
  /** When the last change was that is known of that part. */
  readonly until: number
  /** Whether no more of the run was written: what follows is of another run, or nothing. */
  readonly last: boolean
}
