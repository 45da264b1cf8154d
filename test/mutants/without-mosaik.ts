/**
 * Shared rules that the tests in mosaik networks do not prove, and single mutants of others: what such a network lacks or says
 * otherwise, and what is tested in one kind of network alone.
 */

import { LIMITED } from './entry.ts'

const OTHER_LIMITS = 'MO10 says what the limits are there'
const TWO_MESSAGES = 'a sync of two messages is silent for too long before it takes too long'

/** The rules, and why. */
export const RULES_WITHOUT_MOSAIK: Readonly<Record<string, string>> = {
  SY9: 'a sync carries both catalogs whole (rule MO11)',
  SY10: 'a sync has no pages (rule MO11)',
  SY11: 'nothing reconciles: what little of it holds has tests that give the dialect themselves',
  TP1: 'peers have no protocol that asks for neighbors',
  EN8: 'its tests give both dialects themselves',
  DH3: 'the tests of polls find nodes by the slots that these take',
  DH4: 'a node takes no slot (rule DH8)',
  DH5: 'a node takes no slot (rule DH8)',
  DH6: 'as for DH3',
  DH7: 'as for DH3',
}

/** The mutants, by name, and why. */
export const MUTANTS_WITHOUT_MOSAIK: Readonly<Record<string, string>> = {
  'a sync may take more than 30 s': TWO_MESSAGES,
  'our own syncs may take five minutes': TWO_MESSAGES,
  'syncs of others may take five minutes': TWO_MESSAGES,
  'what is passed on are other bytes than those that were signed':
    'an entry has one encoding (rule MO4): what was read comes out the same when it is encoded again',
  ...Object.fromEntries(
    LIMITED.flatMap((what) => ['more', 'less'].map((by) => [`one ${by} than the limit: ${what}`, OTHER_LIMITS])),
  ),
}
