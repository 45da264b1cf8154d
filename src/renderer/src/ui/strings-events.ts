import { counted } from '../../../shared/counted.ts'
import { CRAWL_TAG } from '../../../shared/tags.ts'

/** What happened, in words. */
export const EVENTS = {
  discovered: (source: string) => `discovered by ${source}`,
  reannounced: (source: string) => `announced itself again, by ${source}`,
  updated: (fields: string, source: string) => `changed ${fields}, by ${source}`,
  restarted: (words: string) => `restarted: ${words}`,
  graceful: 'said goodbye',
  purged: (silence: string) => `went silent: ${silence}`,
  lostWithUs: 'purged while we had lost the network: what became of it is not known',
  removed: 'removed by you',
  displaced: 'displaced: the catalog is full, and another took its place',
  neighborUp: 'is a gossip neighbor now',
  neighborDown: 'left our gossip mesh',
  synced: (got: number, sent: number, bytes: string, span: string) =>
    `catalogs synced: ${got} received, ${sent} sent, ${bytes} in ${span}`,
  syncFailed: (reason: string, retry: string | null) =>
    `sync failed: ${reason}${retry === null ? '' : `; next try in ${retry}`}`,
  /** The reason first: addresses are long, and what does not fit is cut off. */
  dialFailed: (reason: string) => `could not be reached: ${reason}`,
  notDialed: (reason: string) => `was not dialed: ${reason}`,
  rejected: (why: string, source: string, detail: string) =>
    `entry refused (${why}), by ${source}${detail === '' ? '' : `: ${detail}`}`,
  dhtClaimed: (slot: number) => `claimed DHT slot ${slot}`,
  dhtFailed: (reason: string) => `DHT: ${reason}`,
  local: (tags: string) => `our entry changed; tags: ${tags}`,
  joined: (count: number) => `joined the network, listening on ${counted(count, 'address', 'addresses')}`,
  left: 'left the network',
  closed: 'Peerscope was closed, and said goodbye to the network',
  failed: (reason: string) => `the network ended: ${reason}`,
  clock: (by: string) => `the clock of this machine jumped by ${by}`,
  missed: (count: string) => `${counted(count, 'event was', 'events were')} missed by a slow reader`,
  islands: (words: string) => `the known links make ${words}`,
  lost: 'no neighbor answers: nothing is known of the others from here on',
  back: 'a neighbor answers again',
  us: 'this peer',
  /** Of who only asks all peers for their links, and goes: by its tag it can be filtered. */
  crawl: (words: string) => `a crawl (${CRAWL_TAG}): ${words}`,
} as const
