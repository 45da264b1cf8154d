/** Texts of an engine that does not run, in the desktop app. The user is not told of an engine, but of Peerscope. */
export const ENGINE = {
  stoppedTitle: 'Peerscope stopped watching the network',
  stopped: 'It stopped because of an internal error. What was stored before is kept.',
  notStartedTitle: 'Peerscope could not start',
  notStarted: 'Nothing can be joined or shown until it starts.',
  /** What to do, by code. */
  hints: {
    StoreInUse: 'Close the other Peerscope that uses this data folder, then try again.',
    StoreFailed: 'Check the free space and the permissions of the data folder, then try again.',
    StoreFromNewerVersion: 'Quit, and start the newer Peerscope, or start this one with another data folder.',
  } as Readonly<Record<string, string>>,
  stoppedHint: 'Restart it here. If it stops again, copy the details and report them.',
  notStartedHint: 'Try again. If it fails again, copy the details and report them.',
  tryAgain: 'Try again',
  restart: 'Restart',
  rejoin: (name: string) => `Restart and rejoin ${name}`,
  redemo: 'Restart with a new demo swarm',
  withoutJoin: 'Restart without joining',
  copy: 'Copy details',
  openLogs: 'Open logs',
  details: 'Details',
  starting: 'Starting …',
} as const
