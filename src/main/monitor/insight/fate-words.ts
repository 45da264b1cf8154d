/** What became of peers that went together, in words: as far as dials to each of them tell. Parts of sentences, in lower case. Pure. */
import { counted } from '../../../shared/counted.ts'
import { formatCount } from '../../../shared/format-count.ts'
import { didWords } from './words.ts'

/** How many they are, and of how many dials since tell what became of them. Of the others nothing is known. */
export interface Fates {
  readonly count: number
  /** Nobody listens at their addresses. */
  readonly refused: number
  /** They do not answer. */
  readonly unanswered: number
  /** Nobody dialed them yet. */
  readonly undialed: number
}

/** Those of nobody. */
export const NOBODY: Fates = { count: 0, refused: 0, unanswered: 0, undialed: 0 }

/** How many went together: "purged" says nothing of them, where we had lost the network. */
type WentHow = 'went silent' | 'were purged'

/** An operating system refuses for a process that ended, and answers nothing for one that stands still. */
const NO_ANSWER = 'dials get no answer, and an ended process would refuse them'

/**
 * Many went together.
 * @param local all peers are on this machine: then no connection of ours can have broken
 */
export function togetherWords(how: WentHow, local: boolean, fates: Fates): string {
  const { count, refused, unanswered } = fates
  // Who went silent while we were connected with others need not have gone by our own connection.
  const broke = how === 'were purged' ? 'our own connection' : 'the way between them and us'
  if (!local) return `${broke} broke, since ${counted(count, 'peer')} ${how} within a minute`
  const who = `${counted(count, 'peer')} on this machine`
  if (refused === 0 && unanswered === 0)
    return `${who} were ended, crashed or suspended together (they ${how} within a minute)`
  if (unanswered === count) return `${who} hang or were suspended together (they ${how} within a minute; ${NO_ANSWER})`
  if (refused === count)
    return `${who} were ended or crashed together (they ${how} within a minute; ${refusedAt(count, refused)})`
  return `${who} ${how} within a minute: ${fateWords(fates, local, '')}`
}

/**
 * All neighbors broke off.
 * @param local as of `togetherWords`
 */
export function brokeOffWords(local: boolean, fates: Fates): string {
  const { count, refused, unanswered } = fates
  const hang =
    refused === 0 || unanswered === 0 ? '' : `, and ${formatCount(unanswered)} ${hangWords(unanswered, local)}`
  const ended = `(${endedWords(fates)}${hang})`
  if (local) return `${brokeTogether(count, 'neighbor')} ${ended}`
  const broke = `${didWords(count, 'neighbor', 'broke off')} without a goodbye`
  return refused === 0 ? `our own connection is down, since ${broke}` : `${broke} ${ended}`
}

/**
 * Peers of other islands that were our neighbors broke off.
 * @param neighbors how many of them were @param local as of `togetherWords`: then all of those islands are gone, however many those are
 * @param fates of all of those islands
 */
export function apartBrokeWords(neighbors: number, local: boolean, fates: Fates): string {
  const { count } = fates
  if (local && neighbors < count)
    return `${counted(count, 'peer')}, all on this machine, are gone together (${formatCount(neighbors)} of them broke off without a goodbye: ${endedWords(fates)})`
  if (local) return `${brokeTogether(neighbors, 'peer')} (${endedWords(fates)})`
  const broke = `${neighbors === 1 ? 'it' : 'they'} broke off without a goodbye`
  return `${counted(neighbors, 'peer was', 'peers were')} ended or crashed${neighbors === 1 ? '' : ' together'} (${broke})`
}

function brokeTogether(count: number, noun: string): string {
  return count === 1
    ? `1 ${noun} on this machine broke off without a goodbye`
    : `${counted(count, noun)}, all on this machine, broke off together without a goodbye`
}

/** What became of those that broke off, as far as it is known. */
function endedWords({ count, refused, unanswered }: Fates): string {
  const one = count === 1
  if (refused > 0) return `${refusedAt(count, refused)}: ${refused === 1 ? 'it was' : 'they were'} ended or crashed`
  if (unanswered === 0) return `${one ? 'it was' : 'they were'} ended, crashed or suspended`
  const who = unanswered < count ? `${formatCount(unanswered)} of them` : one ? 'it' : 'they'
  return `${who} ${hangWords(unanswered, true)}: ${NO_ANSWER}`
}

/** Nobody listens at the addresses of so many of them. */
function refusedAt(count: number, refused: number): string {
  if (refused === count) return `nobody listens at ${count === 1 ? 'its address' : 'their addresses'}`
  return `nobody listens at the address${refused === 1 ? '' : 'es'} of ${formatCount(refused)} of them`
}

/** What is known of so many that do not answer dials. @param local as of `togetherWords`: elsewhere something may lie between */
function hangWords(count: number, local: boolean): string {
  const one = count === 1
  if (!local) return `${one ? 'does' : 'do'} not answer`
  return `${one ? 'hangs or was' : 'hang or were'} suspended`
}

/** It is on this machine, and does not answer dials; or did not, until it came back with the start that it had before. */
export const HANGS = `it ${hangWords(1, true)} (${NO_ANSWER})`
export const HUNG = 'it hung or was suspended (dials got no answer, and it came back later as the same process)'

/**
 * What became of each of some peers: those that are more are told first, and then those of which it is not known. It needs one of which it
 * is.
 * @param local as of `togetherWords` @param noun of them; empty where they were named before
 */
export function fateWords({ count, refused, unanswered, undialed }: Fates, local: boolean, noun: string): string {
  const became = `${refused === 1 ? 'was' : 'were'} ended or crashed${refused === 1 || noun === '' ? '' : ' together'}`
  const why = local ? ` (${NO_ANSWER})` : ''
  const known = [
    { of: refused, did: `${became} (${refusedAt(refused, refused)})` },
    { of: unanswered, did: `${hangWords(unanswered, local)}${why}` },
  ]
    .filter(({ of }) => of > 0)
    .toSorted((a, b) => b.of - a.of)
    .map(({ of, did }, index) => {
      if (of === count && noun === '') return `they ${did}`
      return `${index > 0 || noun === '' ? formatCount(of) : counted(of, noun)} ${did}`
    })
  const others = count - refused - unanswered
  const parts = others > 0 ? [...known, unknownWords(others, undialed)] : known
  const last = parts.slice(-1).join('')
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')}, and ${last}` : last
}

/** So many others of them are not heard of either, and dials tell nothing. @param undialed how many of those were not dialed */
function unknownWords(others: number, undialed: number): string {
  const one = others === 1
  const why =
    undialed === 0
      ? `dials to ${one ? 'it' : 'them'} do not tell why`
      : `${one ? 'it was' : undialed === others ? 'they were' : `${formatCount(undialed)} of them ${undialed === 1 ? 'was' : 'were'}`} not dialed yet`
  return `nothing is heard of ${formatCount(others)} more (${why})`
}
