import { counted } from '../../../shared/counted.ts'

/** Texts of the history of a network that is looked at without joining. */
export const HISTORY = {
  open: 'Open history',
  openOf: (name: string) => `Open history of ${name}`,
  demo: (when: string) => `Demo, ${when}`,
  demoNote: (peers: string) => `${counted(peers, 'known peer')} · over, only to look at`,
  leftTitle: 'Left just now',
  left: (name: string) => `You left ${name}.`,
  leftDemo: 'The demo is over.',
  leftNote: 'What was seen stays here: peers, links and events, at any moment.',
  theDemo: (name: string) => `the demo ${name}`,
  /** The banner. */
  shown: (name: string, when: string, peers: string) => `History of ${name}, as of ${when}, with ${peers}.`,
  /** Where nothing was shown then. */
  nothingShown: (name: string) => `History of ${name}.`,
  /** How it ended, at its last moment. */
  ends: {
    left: 'we left the network',
    closed: 'Peerscope was closed',
    'left or closed': 'we left the network, or Peerscope was closed',
    killed: 'Peerscope ended without a goodbye',
    failed: (reason: string) => `the network ended by itself (${reason})`,
  },
  endsHere: (how: string) => `It ends here: ${how}.`,
  /** The same in a loss; short, since a narrow banner has three lines. */
  endsLost: (after: string, how: string) => `It ends here, ${after} after we had lost the network: ${how}.`,
  /** The same of a network in a list. */
  ended: {
    left: 'left',
    closed: 'app closed',
    'left or closed': 'left, or app closed',
    killed: 'ended without a goodbye',
    failed: 'ended by itself',
  },
  /** Where we had lost the network by then. */
  endedLost: (how: string) => `${how} while we had lost the network`,
  notThis: (name: string) => `Not ${name}, which you have joined.`,
  join: 'Join',
  closeHint: 'Escape closes it, too',
  closeOf: 'Close the history',
  noVerbs: 'This is history, and nothing is joined: join the network to ping, sync or dial.',
  asOf: (name: string, when: string) => `What is exported is of the history that you look at: ${name}, ${when}.`,
  shareOf: (name: string, when: string) => `The moment of the history that you look at: ${name}, ${when}.`,
} as const
