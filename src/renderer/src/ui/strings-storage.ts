import { counted } from '../../../shared/counted.ts'

/** Texts of the card about what is stored. */
export const STORAGE = {
  title: 'History',
  note: 'Events, presences, round-trip times and links are kept on this machine. Acts now; what is too old or too much is deleted in the background.',
  days: 'Keep for (days)',
  daysHelp: (least: number, most: number) => `${least} to ${most}`,
  mebibytes: 'Keep at most (MiB)',
  mebibytesHelp: (least: number, most: string) => `${least} to ${most}; the oldest goes first`,
  outside: (least: number, most: string) => `A whole number from ${least} to ${most}`,
  save: 'Save',
  saved: 'How long history is kept was changed',
  less: 'Shorter than before: older history will be deleted and does not come back.',
  figures: (file: string, events: string, sessions: string, peers: string) =>
    `${file} on disk: ${counted(events, 'event')}, ${counted(sessions, 'presence')}, ${counted(peers, 'peer')}`,
  oldest: 'The oldest event is from',
  free: (free: string) => `${free} of it is free for new records`,
} as const
