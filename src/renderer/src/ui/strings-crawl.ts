import { LOCAL_LISTEN } from '../../../shared/not-asked-words.ts'
import { counted } from '../../../shared/counted.ts'

/** Texts of the crawl and of stored links. */
export const CRAWL = {
  title: 'Crawl',
  open: 'Crawl: ask all peers for their links',
  verb: 'Crawl the network',
  close: 'Close the crawl',
  about: 'Asks every known peer for its neighbors and connections: 8 at once, 30 a second. Peers may refuse.',
  start: 'Crawl now',
  again: 'Crawl again',
  cancel: 'Cancel',
  running: 'Asking peers',
  asked: (asked: string, all: string) => `${asked} of ${all} asked`,
  answered: 'answered',
  refused: 'refused',
  refusedMeaning: 'Reached, and does not answer this question: its setting may be off',
  failed: 'no answer',
  failedMeaning: 'Could not be reached, or did not answer in time',
  notAsked: 'not asked',
  notAskedMeaning: 'Not dialed from here: the reason stands below',
  /** What follows "If they run on this machine,". */
  listenLocally: `listen on ${LOCAL_LISTEN} alone (Settings, Listen addresses) and join again`,
  links: 'links',
  strangers: 'unknown ids',
  strangersMeaning: 'Named by peers, and not in our catalog',
  speed: (perSecond: string, span: string) => `${perSecond} peers/s · ${span}`,
  /** @param at the local time */
  verdict: (at: string, words: string) => `At ${at}: ${words}.`,
  /** After the verdict, where what is known now says otherwise. */
  otherwise: (islands: string) => `The links known now make ${islands}.`,
  done: (at: string) => `Done. The links are stored as of ${at}.`,
  cancelled: 'Cancelled. What was found until then is in the graph.',
  command: 'command',
  stored: 'Stored links',
  storedNone: 'Nothing is stored yet. Links are stored by each crawl, and while they change.',
  storedEdges: (count: string) => `${counted(count, 'statement')} of peers`,
  look: 'Look at it',
  lookAt: (when: string) => `Look at it: the network at ${when}`,
  compare: 'Since then',
  compareWith: (when: string) => `Since then: what came and went since ${when}`,
  change: (came: string, went: string, same: string) => `${came} came, ${went} went, ${same} stayed`,
  unchanged: 'all links are the same',
} as const
