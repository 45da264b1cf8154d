import { counted } from '../../../shared/counted.ts'
import { formatCount } from './format.ts'

/** Texts of the name book. */
export const NAMES = {
  title: 'Names',
  note: 'Tags of mosaik networks, and streams, functions, groups and ticket classes of all networks, travel as hashes. A word that you know names what has its hash. Names stay on this machine, for this network.',
  none: 'No name is known yet.',
  notJoined: 'Names belong to a network: join one to see and add its names.',
  add: 'Word',
  addHelp: 'As it stands in the nodes’ program: validator, or market.orders.',
  addDo: 'Add',
  list: 'A list of words',
  listHelp: 'One word a line; lines that begin with # are remarks.',
  listDo: 'Add all',
  listOpen: 'Paste a list …',
  file: 'Take a text file …',
  fileLarge: (name: string) => `${name} is too large for a list of names.`,
  added: (added: number, known: number) =>
    `${counted(added, 'name')} added${known === 0 ? '' : `, ${formatCount(known)} known already`}`,
  addedNone: 'Nothing new: each of these is known already, or is an id.',
  noWords: 'Nothing to add: no words, or only ids.',
  remove: (word: string) => `Remove ${word}`,
  removed: (word: string) => `Removed ${word}`,
  undo: 'Undo',
  copyAll: 'Copy all words',
  heads: { word: 'Word', names: 'Names', id: 'Id', verbs: 'Remove' },
  /** What a name stands for among the known peers. */
  uses: { tag: 'tag', stream: 'stream', function: 'function', group: 'group' },
  use: (what: string, peers: string, withUs: boolean) =>
    withUs && peers === '0' ? `${what} of ours` : `${what} of ${counted(peers, 'peer')}${withUs ? ' and of ours' : ''}`,
  unused: 'nothing seen so far',
  more: (count: string) => `Show all ${count}`,

  offered: 'Known names',

  nameThis: 'Name this …',
  nameThisId: (id: string) => `Name ${id}`,
  word: 'Its word',
  wordHelp: 'The word whose hash this is.',
  empty: 'Give a word.',
  other: (word: string, hash: string) => `The hash of “${word}” is ${hash}, another one.`,
  name: 'Name it',
  cancel: 'Cancel',
} as const
