/** How it is in words, each phrase with its evidence: one wording for the window and the terminal. Pure. */
import { capital } from './capital.ts'
import { counted } from './counted.ts'
import { formatCount as number } from './format-count.ts'
import type { Evidence, HealthNow, LeftCounts, RttFigures } from './health.ts'
import { HEALTH_SPAN_MS, LATE_MS } from './health.ts'
import { islandsVerdict, islandsWords } from './island-words.ts'
import { clockWords, roughDuration, stallsWords } from './own-troubles.ts'
import { toldBy } from './parted.ts'
import { formatRtt, RTT_MEANING } from './rtt.ts'
import { DESERTED, STATE_WORDS } from './state-words.ts'
import { CRAWL_TAG } from './tags.ts'
import { formatClock, formatUtc } from './time.ts'

/** A part of the sentence. */
export interface HealthPhrase {
  readonly id:
    'state' | 'here' | 'islands' | 'left' | 'losses' | 'notKnown' | 'parted' | 'rtt' | 'stall' | 'clock' | 'store'
  readonly text: string
  /** The same in fewer words, for where there is little room, with the same counts; left out where the text has no more than is needed. */
  readonly short?: string
  /** More of it, for a tooltip; empty for nothing. */
  readonly more: string
  readonly tone: 'plain' | 'good' | 'warning' | 'bad'
  readonly evidence: Evidence | null
}

/** Evidence with nothing but what is given. */
export function evidence(view: Evidence['view'], given: Partial<Omit<Evidence, 'view'>> = {}): Evidence {
  return { view, filter: '', kinds: [], from: null, to: null, peerId: null, ...given }
}

/** The phrases in their order; what is as it should be and tells nothing is left out. */
export function healthPhrases(now: HealthNow): readonly HealthPhrase[] {
  return [
    ...state(now),
    here(now),
    ...islands(now),
    // That nobody left is more than is known once we have lost the network.
    ...(now.state === 'lost' && leavers(now.left) === 0 ? [] : [left(now.left, now.at)]),
    ...losses(now),
    ...notKnown(now),
    ...parted(now),
    // Where nobody was met there is nobody to be measured.
    ...(isWithoutOthers(now.state) || (now.state === 'alone' && now.rtt === null) ? [] : [rtt(now.rtt)]),
    ...stall(now),
    ...clock(now),
    ...store(now),
  ]
}

/** "24 here · 1 island · 3 left in 10 min (2 said goodbye, 1 silent) · p95 81 ms · our own machine stalled for 4 s". */
export function healthSentence(now: HealthNow): string {
  return inOneLine(healthPhrases(now))
}

/** Phrases as the sentence has them. */
export function inOneLine(phrases: readonly HealthPhrase[]): string {
  return phrases.map(({ text }) => text).join(' · ')
}

/** Round-trip times as they are told: once we have lost the network nobody is measured, and those of before are none of now. */
export function toldRtt({ rtt: figures, state: name }: Pick<HealthNow, 'rtt' | 'state'>): RttFigures | null {
  return isWithoutOthers(name) ? null : figures
}

/** What the figures of round-trip times mean, in two sentences. */
export function rttWords({ measured, p50, p95 }: RttFigures): string {
  const of = measured === 1 ? 'the only measured peer answers' : `half of the ${number(measured)} measured peers answer`
  return `Round-trip time: ${of} in ${formatRtt(p50)} or less, 95 % in ${formatRtt(p95)} or less. ${RTT_MEANING}`
}

/** From what on a time is one of the slowest, milliseconds: as round as it can be while it leaves out the next faster one. */
function roundSlowFrom({ p95, slowFrom }: RttFigures): number {
  const below = 2 * slowFrom - p95
  const round = [1, 10].map((parts) => Math.round(slowFrom * parts) / parts).find((ms) => ms > below && ms <= p95)
  return round ?? Math.floor(slowFrom * 100) / 100
}

/** That our own event loop was late, where that is worth a word and no stall says it; else null. */
export function delayWords({ loopDelay, stalls }: Pick<HealthNow, 'loopDelay' | 'stalls'>): string | null {
  if (loopDelay === null || loopDelay.worstMs < LATE_MS || stalls !== null) return null
  const late = `Our own event loop was up to ${roughDuration(loopDelay.worstMs)} late in the last ${roughDuration(HEALTH_SPAN_MS)}`
  return `${late}: round-trip times that were measured then may be too long by as much.`
}

const STATES: Readonly<Partial<Record<HealthNow['state'], readonly [string, HealthPhrase['tone']]>>> = {
  none: ['no network is joined', 'warning'],
  joining: ['joining', 'plain'],
  alone: ['alone: nobody was met since we joined', 'warning'],
  lost: ['we lost the network', 'bad'],
  deserted: [`${DESERTED} here`, 'plain'],
  leaving: ['leaving', 'plain'],
  failed: ['the network failed', 'bad'],
}

function state({ state: name }: HealthNow): readonly HealthPhrase[] {
  const words = STATES[name]
  if (words === undefined) return []
  return [{ id: 'state', text: words[0], more: '', tone: words[1], evidence: null }]
}

function here({ here: count, state: name }: HealthNow): HealthPhrase {
  if (name === 'lost') {
    const more = 'What became of them is not known: it was we who lost the network.'
    return { id: 'here', text: `${number(count)} were here`, more, tone: 'plain', evidence: evidence('peers') }
  }
  const text = name === 'stored' ? `${number(count)} here when it was last looked` : `${number(count)} here`
  return {
    id: 'here',
    text,
    more: 'Ourselves not counted, as in header and table.',
    tone: 'plain',
    evidence: evidence('peers', { filter: 'state:here -state:ourselves' }),
  }
}

function islands({ islands: found, islandsEnded, islandsUnknown, state: name }: HealthNow): readonly HealthPhrase[] {
  // What the links told is over.
  if (isWithoutOthers(name)) return []
  if (found === null) {
    if (islandsUnknown !== 'untold') return []
    const more = 'Peers of this network do not tell who their neighbors are: only our own links are known.'
    return [{ id: 'islands', text: 'islands not known here', more, tone: 'plain', evidence: null }]
  }
  const { count } = found
  // The number before counts peers without us, and these would not add up to it.
  const looks = count > 1 && islandsEnded
  const sizes = `${looks ? 'looks like ' : ''}${islandsWords(count, found.sizes)}`
  const split = `${sizes}${found.withSelf ? ', us included' : ''}`
  const text = count === 1 ? '1 island' : count === 0 ? 'no link is known' : split
  const tone = looks
    ? 'warning'
    : count > 1
      ? 'bad'
      : found.bridgeCount + found.articulationCount > 0
        ? 'plain'
        : 'good'
  const where = name === 'stored' ? null : evidence('network')
  const short = count > 1 ? { short: sizes } : {}
  return [{ id: 'islands', text, ...short, more: sentence(islandsVerdict(found, { looks })), tone, evidence: where }]
}

/** Whether there is nobody whose links and times could be told. */
function isWithoutOthers(name: HealthNow['state']): boolean {
  return name === 'lost' || name === 'deserted'
}

function leavers({ goodbye, silent, ownStall, ownClock }: LeftCounts): number {
  return goodbye + silent + ownStall + ownClock
}

/** The usual span may be a second shorter: its ends are rounded. */
const WHOLE_SPAN_MS = HEALTH_SPAN_MS - 1000

/** @param at of which moment it is told */
function left(counts: LeftCounts, at: number): HealthPhrase {
  const { goodbye, silent, ownStall, ownClock, ownLoss, removed, displaced, crawls, from, to } = counts
  const total = leavers(counts)
  const parts = [
    ...(goodbye === 0 ? [] : [`${number(goodbye)} said goodbye`]),
    ...(silent === 0 ? [] : [`${number(silent)} silent`]),
    ...(ownStall === 0 ? [] : [`${number(ownStall)} after our own machine stalled`]),
    ...(ownClock === 0 ? [] : [`${number(ownClock)} while our clock was wrong`]),
  ]
  const others = [
    ...(ownLoss === 0 ? [] : [`${number(ownLoss)} not known, purged while we had lost the network`]),
    ...(removed === 0 ? [] : [`${removed} removed here`]),
    ...(displaced === 0 ? [] : [`${displaced} made room for others`]),
    ...(crawls === 0 ? [] : [counted(crawls, 'crawl')]),
  ]
  // All departures of the span are those: a filter would go with the user into other views.
  const apart = ownLoss + removed + displaced
  const how =
    apart === 0
      ? ''
      : total === 0 || (goodbye > 0 && total > goodbye)
        ? '(reason:left OR reason:silent)'
        : goodbye > 0
          ? 'reason:left'
          : 'reason:silent'
  const filter = [how, crawls === 0 ? '' : `-tag:${CRAWL_TAG}`].filter((part) => part !== '').join(' ')
  const whole = to - from >= WHOLE_SPAN_MS
  const span = whole ? `in ${roughDuration(HEALTH_SPAN_MS)}` : `since ${formatClock(from, at)}`
  const who = `${total === 0 ? 'nobody' : number(total)} left`
  const few = [
    ...(goodbye === 0 ? [] : [goodbye === 1 ? '1 goodbye' : `${number(goodbye)} goodbyes`]),
    ...(silent === 0 ? [] : [`${number(silent)} silent`]),
    ...(ownStall === 0 ? [] : [`${number(ownStall)} after our stall`]),
    ...(ownClock === 0 ? [] : [`${number(ownClock)} by our clock`]),
  ]
  const more = [
    ...(whole ? [] : ['What is known begins then.']),
    ...(others.length === 0 ? [] : [`Not counted: ${others.join(', ')}.`]),
  ]
  return {
    id: 'left',
    text: `${who} ${span}${total === 0 ? '' : ` (${parts.join(', ')})`}`,
    ...(total === 0 ? {} : { short: `${who}: ${few.join(', ')}` }),
    more: more.join(' '),
    tone: silent > 0 ? 'warning' : 'plain',
    evidence: evidence('timeline', { filter, kinds: ['PeerDeparted'], from, to }),
  }
}

/** Our losses of the network that are over: what is told of the time around them is told from what we could not hear. */
function losses({ losses: found, left: { from, to }, state: name, at }: HealthNow): readonly HealthPhrase[] {
  if (found === null || name === 'lost') return []
  const { count, totalMs } = found
  const [began, ended, all] = [formatClock(found.from, at), formatClock(found.to, at), roughDuration(totalMs)]
  const when =
    count > 1
      ? `${number(count)} times, ${all} in all`
      : began === ended
        ? `for ${all} at ${began}`
        : `from ${began} to ${ended}`
  const lasted = count > 1 || began === ended ? '' : `For ${all}. `
  return [
    {
      id: 'losses',
      text: `we had lost the network ${when}`,
      short: `network lost ${when}`,
      more: `${lasted}Meanwhile nothing could be heard of anybody: who left then is not known.`,
      tone: 'warning',
      evidence: evidence('timeline', { kinds: ['NetworkLost', 'NetworkBack'], from: Math.min(from, found.from), to }),
    },
  ]
}

/** Who did not come back since our last loss of the network: they may have left meanwhile, or not have found us again. */
function notKnown({ notKnown: found, state: name, at }: HealthNow): readonly HealthPhrase[] {
  if (found === null || name === 'lost') return []
  const { count, lostAt, heardSince } = found
  const [unknown, lost] = [`${number(count)} not known`, formatClock(lostAt, at)]
  const who = count === 1 ? 'It was here' : 'They were here'
  return [
    {
      id: 'notKnown',
      text: `${unknown} since our loss at ${lost}`,
      short: `${unknown} since ${lost}`,
      more: `${who} when we lost the network, and ${count === 1 ? 'was' : 'were'} not heard of since.`,
      tone: 'warning',
      evidence: evidence('peers', { filter: `state:"${STATE_WORDS.lost}" updated>="${formatUtc(heardSince)}"` }),
    },
  ]
}

/** Who was taken for gone after a split: whether they left, or are still there out of our reach, is not known. */
function parted({ parted: found, islands: known, state: name, at }: HealthNow): readonly HealthPhrase[] {
  // While the split goes on, that is told instead.
  if (found === null || name === 'lost' || (known?.count ?? 0) > 1) return []
  const { splitAt, goneAt, gone, unlinked, ended } = found
  const split = formatClock(splitAt, at)
  const were = gone === 1 ? 'It was' : 'They were'
  const unknown = unlinked === 0 ? '' : ` (of ${number(unlinked)} no link was known)`
  const heard = `nothing was heard of ${gone === 1 ? 'it' : 'them'} since`
  return [
    {
      id: 'parted',
      text: `${number(gone)} gone since ${ended ? 'it looked split' : 'the split'} at ${split}`,
      short: `${number(gone)} gone since ${split}`,
      more: `${were} in another island when the network ${ended ? 'looked split' : 'split'}${unknown}, and taken for gone by ${formatClock(goneAt, at)}: ${heard}.`,
      tone: 'warning',
      evidence: evidence('timeline', { kinds: ['Islands', 'PeerDeparted'], from: splitAt, to: toldBy(found) }),
    },
  ]
}

function rtt(figures: RttFigures | null): HealthPhrase {
  const id = 'rtt' as const
  if (figures === null) return { id, text: 'nobody is measured yet', more: '', tone: 'plain', evidence: null }
  const from = roundSlowFrom(figures)
  const filter = `state:here -state:ourselves rtt>=${from}ms`
  return {
    id,
    text: `p95 ${formatRtt(figures.p95)}`,
    more: `${rttWords(figures)} Opens the slowest 5 %: ${from} ms and more.`,
    tone: 'plain',
    evidence: evidence('peers', { filter }),
  }
}

function stall({ stalls }: HealthNow): readonly HealthPhrase[] {
  if (stalls === null) return []
  const { count, totalMs, worstMs, from, to } = stalls
  const all = roughDuration(totalMs)
  const text = stallsWords(stalls)
  const short = count === 1 ? `we stalled for ${all}` : `we stalled ${number(count)}×, ${all}`
  const longest = count === 1 ? '' : `The longest lasted ${roughDuration(worstMs)}. `
  const more = `${longest}In the last ${roughDuration(to - from)}. While it stood still nothing could be heard of anybody.`
  const where = evidence('timeline', { kinds: ['Stalled'], from, to })
  return [{ id: 'stall', text, short, more, tone: 'warning', evidence: where }]
}

function clock({ clock: compared }: HealthNow): readonly HealthPhrase[] {
  if (compared === null) return []
  const { byMs, peers } = compared
  const text = `our clock is ${roughDuration(Math.abs(byMs))} ${byMs > 0 ? 'ahead' : 'behind'}`
  const where = evidence('timeline', { kinds: ['ClockCompared', 'ClockJumped'] })
  return [{ id: 'clock', text, more: sentence(clockWords(byMs, peers)), tone: 'bad', evidence: where }]
}

function store({ store: trouble }: HealthNow): readonly HealthPhrase[] {
  return trouble === null
    ? []
    : [{ id: 'store', text: 'what happens is not stored', more: trouble, tone: 'bad', evidence: null }]
}

function sentence(text: string): string {
  return `${capital(text)}${text.endsWith('.') ? '' : '.'}`
}
