/**
 * Shared rules that the tests in mosaik networks do not prove, and single mutants of others: what such a network lacks or says
 * otherwise, and what is tested in one kind of network alone.
 */

import { LIMITED } from './entry.ts'

const OTHER_LIMITS = 'MO10 says what the limits are there'
const NO_SLOT = 'a node takes no slot (rule DH8)'
const POLLS = 'the tests of polls find nodes by the slots that these take'
const TWO_MESSAGES = 'a sync of two messages is silent for too long before it takes too long'

/** The rules, and why. */
export const RULES_WITHOUT_MOSAIK: Readonly<Record<string, string>> = {
  SY9: 'a sync carries both catalogs whole (rule MO11)',
  SY10: 'a sync has no pages (rule MO11)',
  SY12: 'every sync carries the whole catalog (rule MO11)',
  SY11: 'nothing reconciles: what is left of it is below',
  TP1: 'peers have no protocol that asks for neighbors',
  EN8: 'its tests give both dialects themselves',
  AN14: 'the interval never grows there, which its tests show with both dialects',
  DH3: POLLS,
  DH4: NO_SLOT,
  DH5: NO_SLOT,
  DH6: 'as for DH3',
  DH7: 'as for DH3',
}

/** Mutants of these rules that are tried all the same, by name: of what is done where a network lacks something. */
export const MUTANTS_ALL_THE_SAME: readonly string[] = [
  'syncs that carry whole catalogs run again for news',
  'syncs that carry whole catalogs run again with each neighbor',
  'where syncs carry whole catalogs a neighbor that came up late is never told what it missed',
  'where syncs carry whole catalogs what a neighbor told itself begins one',
  'where syncs carry whole catalogs a new neighbor is synced with again, long after the last one',
  'where syncs carry whole catalogs a sync stays left to others in the mesh too',
  'peers that have no protocol for neighbors are dialed to be asked',
  'neighbors are answered where the network has no protocol for them',
]

/** The mutants, by name, and why. */
export const MUTANTS_WITHOUT_MOSAIK: Readonly<Record<string, string>> = {
  'a sync does not ask for the entry of a twin':
    'a sync carries whole catalogs (rule MO11), and asks for nothing by its version',
  'a sync may take more than 30 s': TWO_MESSAGES,
  'our own syncs may take five minutes': TWO_MESSAGES,
  'a slot that was taken is not told': NO_SLOT,
  'what came of asking holders is kept for ever': POLLS,
  'syncs of others may take five minutes': TWO_MESSAGES,
  'what nobody dialed rests too': 'its test asks peers for neighbors, for which they have no protocol',
  'what is passed on are other bytes than those that were signed':
    'an entry has one encoding (rule MO4): what was read comes out the same when it is encoded again',
  ...Object.fromEntries(
    LIMITED.flatMap((what) => ['more', 'less'].map((by) => [`one ${by} than the limit: ${what}`, OTHER_LIMITS])),
  ),
}
