/** Why a peer is as it is: causes ranked from what is known of it, of others and of ourselves. Pure. */
import type { Evidence } from '../../../shared/health.ts'
import { counted } from '../../../shared/counted.ts'
import { evidence } from '../../../shared/health-words.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { formatCount } from '../../../shared/format-count.ts'
import { nickname } from '../../../shared/nickname.ts'
import { addressClass, onlyLocal } from '../../../shared/reachability.ts'
import type { Cause, PeerMatter, PeerWhy } from '../../../shared/why.ts'
import { failedDials } from './logged.ts'
import type { PeerFacts, Ranked } from './why-parts.ts'
import {
  dialsTell,
  eventsOf,
  isPrivate,
  itself,
  lifeOf,
  MOST_EVENTS,
  mostProbableFirst,
  ranked,
  ranOutStalled,
  seqs,
  stallAt,
  tellingDials,
  told,
} from './why-parts.ts'
import { howRestarted, restartedBefore, restartedWords, sinceRestart } from './why-restart.ts'
import { earlierStart, refused, refusedNow, runsOn } from './why-refused.ts'
import { broke, clocks, cutOff, ended, lostDials, ownSilence } from './why-silence.ts'
import { slowCauses, slowness, slowWords } from './why-slow.ts'
import { agoWords } from '../../../shared/why-words.ts'
import { HANGS, HUNG } from './fate-words.ts'
import { CRASHED, dialsWords, GOODBYE, stalledDialWords, unreachableWords } from './words.ts'

/** The search is ended after some seconds: a long history, or a busy machine. */
const DIALS_NOT_SOUGHT = 'Failed dials to it are left out: to look for them took too long. Ask again.'

/** Why the peer is as it is. */
export function whyPeer(facts: PeerFacts): PeerWhy {
  const { row, now } = facts
  const matter = matterOf(facts)
  const causes = mostProbableFirst(causesOf(matter, facts)).map(({ cause }) => cause)
  return {
    peerId: row.peerId,
    matter,
    sentence: told(statement(matter, facts, causes[0]), causes),
    causes,
    at: now,
    since: ageOf(matter, facts),
    notKept: facts.dialsSought ? null : DIALS_NOT_SOUGHT,
  }
}

/** Leaves out “too little is known” where another cause is known. */
function knownRather(causes: readonly Ranked[]): readonly Ranked[] {
  const known = causes.filter(({ cause }) => cause.kind !== 'unknown')
  return known.length === 0 ? causes : known
}

function matterOf(facts: PeerFacts): PeerMatter {
  const { row, linked, dials, apart, brokeOff } = facts
  if (row.self) return 'ourselves'
  switch (row.state) {
    case 'departed':
      return 'left'
    case 'purged':
      return 'silent'
    case 'lost':
      return 'not known'
    case 'removed':
    case 'displaced':
      return row.state
    case 'stored':
      return 'never reached'
    case 'online':
      if (unanswered(facts).length > 0) return 'not answering'
      if (apart !== null || brokeOff !== null) return 'apart'
      if (!facts.lost && slowness(facts) !== null) return 'slow'
      if (row.rtt === null && !row.connected && (dials.length > 0 || row.addresses.length === 0 || isObstacle(facts)))
        return 'never reached'
      return linked === false && !row.connected && !row.neighbor ? 'lonely' : 'fine'
  }
}

/** Dials to it that failed since it answered last, newest first; those that were put off tell nothing of it. */
function unanswered({ row: { rtt, connected, neighbor }, dials }: PeerFacts): readonly LoggedEvent[] {
  if (rtt === null || connected || neighbor) return []
  return dials.filter(
    ({ event, at, lastAt = at }) => event.kind === 'DialFailed' && lastAt > rtt.at && event.notDialed === undefined,
  )
}

/** From when the age in the statement counts; null where there is none. */
function ageOf(matter: PeerMatter, facts: PeerFacts): number | null {
  if (matter === 'fine') return facts.lost ? null : (restartedBefore(facts)?.at ?? null)
  if (matter === 'apart') return facts.brokeOff?.at ?? null
  if (matter === 'lonely') return facts.dropped?.toldAt ?? null
  if (matter !== 'not answering') return facts.gone?.at ?? null
  const [dial] = unanswered(facts)
  return dial === undefined ? null : (dial.lastAt ?? dial.at)
}

/** @param best cause */
function statement(matter: PeerMatter, facts: PeerFacts, best: Cause | undefined): string {
  const { row, stranger, gone, now, lost, brokeOff, dropped } = facts
  const name = nickname(row.peerId)
  const ago = gone === null ? '' : ` ${agoWords(Math.max(0, now - gone.at))}`
  switch (matter) {
    case 'ourselves':
      return 'this is our own node'
    case 'fine':
      if (lost) return `${name} was here when we lost the network`
      return `${name} ${fineWords(facts)}`
    case 'not answering': {
      const [{ at, lastAt = at } = { at: now }] = unanswered(facts)
      const here = lost ? 'was here when we lost the network' : 'counts as here'
      return `${name} ${here}, but did not answer when it was dialed ${agoWords(Math.max(0, now - lastAt))}`
    }
    case 'apart': {
      const others = dropped === null ? '' : ` and ${counted(dropped.by.size, 'other')}`
      const broke =
        brokeOff === null ? '' : `broke off from us${others} ${agoWords(Math.max(0, now - brokeOff.at))}, and `
      return `${name} counts as here, but ${broke}no known link leads to it`
    }
    case 'slow': {
      const slow = slowness(facts)
      return slow === null ? name : `${name} ${slowWords(slow)}`
    }
    case 'left':
      return `${name} left${ago}`
    case 'silent':
      return runsOn(facts) === null ? `${name} went silent${ago}` : `${name} was purged${ago}`
    case 'not known':
      // Where it is known what it did, the loss is not what it was purged for.
      return runsOn(facts) !== null || tellsOfIt(best, facts)
        ? `${name} was purged${ago}`
        : `${name} was purged${ago}, and what became of it is not known`
    case 'removed':
      return `${name} was removed${ago}`
    case 'displaced':
      return `${name} made room for another peer${ago}`
    case 'never reached':
      if (row.connected) return `${name} is connected, and not in our catalog`
      return stranger ? `${name} is not in our catalog` : `${name} was not reached in this run`
    case 'lonely': {
      if (dropped === null) return `${name} is here, and no link of it is known`
      const told = agoWords(Math.max(0, now - dropped.toldAt))
      const links = dropped.by.size === 1 ? 'link' : `${formatCount(dropped.by.size)} links`
      const are = dropped.by.size === 1 ? 'is' : 'are'
      return `${name} counts as here, but the ${links} that it told ${told} ${are} over, and no other is known`
    }
  }
}

function fineWords(facts: PeerFacts): string {
  const { rtt } = facts.row
  const here = rtt === null ? 'is here' : `is here and answers in ${Math.round(rtt.srtt)} ms`
  const restarted = restartedBefore(facts)
  const came = restarted === null ? here : `${here}, and ${restartedWords(restarted, facts.now)}`
  return refusedNow(facts) === null ? came : `${came}, but will be purged unless an entry of it is taken`
}

/** Whether a cause says what became of the peer, rather than why we did not hear of it. */
function tellsOfIt(cause: Cause | undefined, { local }: PeerFacts): boolean {
  return cause?.kind === 'crashed' || cause?.kind === 'unknown' || (cause?.kind === 'dials failed' && local)
}

/** Whether a cause lies with us: why nothing was heard of one that runs. */
function isOurs({ kind }: Cause): boolean {
  return kind === 'own stall' || kind === 'clock jumped' || kind === 'own clock' || kind === 'lost network'
}

function causesOf(matter: PeerMatter, facts: PeerFacts): readonly Ranked[] {
  switch (matter) {
    case 'ourselves':
      return []
    case 'fine':
      return facts.lost ? [] : [...[refusedNow(facts) ?? []].flat(), ...earlierStart(facts), ...howRestarted(facts)]
    case 'slow':
      return knownRather([...slowCauses(facts), ...sinceRestart(facts, 45)])
    case 'not answering': {
      const since = { ...facts, dials: unanswered(facts) }
      return oneFate(
        [...ended(since), ...cutOff(since), ...lostDials(since, 70), ...stalledDials(since, 60)],
        unreached(since),
        [],
      )
    }
    case 'apart':
      return oneFate(
        [...earlierStart(facts), ...ended(facts), ...cutOff(facts), ...refused(facts), ...clocks(facts)],
        facts.brokeOff === null ? unreachable(facts, 60) : unreached(facts),
        facts.apart === null ? broke(facts) : [],
      )
    case 'left':
      return [ranked(100, 'goodbye', 'certain', GOODBYE, eventsOf(facts, 'PeerDeparted'), lifeOf(facts))]
    case 'removed':
      return [ranked(100, 'user', 'certain', 'you removed it', eventsOf(facts, 'PeerDeparted'), lifeOf(facts))]
    case 'displaced':
      return [
        ranked(
          100,
          'catalog full',
          'certain',
          'the catalog is full, and it was heard of least',
          eventsOf(facts, 'PeerDeparted'),
          lifeOf(facts),
        ),
      ]
    case 'silent':
    case 'not known': {
      const runs = runsOn(facts)
      if (runs !== null) return [runs, ...[...ownSilence(facts), ...clocks(facts)].filter(({ cause }) => isOurs(cause))]
      return oneFate(
        [...earlierStart(facts), ...ownSilence(facts), ...refused(facts), ...clocks(facts)],
        unreached(facts),
        broke(facts),
      )
    }
    case 'never reached':
      if (facts.row.connected) return [runsOn(facts) ?? refused(facts), clocks(facts)].flat()
      return [
        // A peer that announces itself is running, even if a dial to its address is refused. A private address may be another machine.
        ...(facts.row.state === 'stored' && !isObstacle(facts) && !facts.stranger ? ended(facts) : []),
        ...refused(facts),
        ...clocks(facts),
        ...unreachable(facts, 80),
        ...nobodyDialed(facts),
      ]
    case 'lonely':
      return facts.dropped === null
        ? [
            ...earlierStart(facts),
            ...refused(facts),
            ...unreachable(facts, 60),
            ...sinceRestart(facts, 55),
            ...untold(facts),
          ]
        : oneFate([...earlierStart(facts), ...ended(facts), ...refused(facts)], unreached(facts), broke(facts))
  }
}

/**
 * What became of a peer is one cause. Where dials tell that it ended, or hangs, then that it cannot be reached, that it said no goodbye, and
 * how it came back are not causes beside that: they are events behind it.
 * @param dialed what dials to it tell @param went what is left to say of one that went
 */
function oneFate(others: readonly Ranked[], dialed: readonly Ranked[], went: readonly Ranked[]): readonly Ranked[] {
  const all = [...others, ...dialed]
  const fate = all.find(({ cause }) => FATES.has(cause.words))
  if (fate === undefined) return [...all, ...went]
  const same = new Set([...dialed, ...went].filter((one) => one !== fate && !isOurs(one.cause)))
  const behind = [fate, ...same].flatMap(({ cause }) => cause.events)
  const { rank, cause } = fate
  const one = { rank, cause: { ...cause, events: [...new Set(behind)].slice(0, MOST_EVENTS) } }
  return all.filter((other) => !same.has(other)).map((other) => (other === fate ? one : other))
}

/** What dials tell became of a peer. */
const FATES: ReadonlySet<string> = new Set([CRASHED, HANGS, HUNG])

/** Whether its addresses lead nowhere from here: it was never met, and neither was anybody else with such addresses. */
function isObstacle({ row, samples, reachesPrivate, ownLocal }: PeerFacts): boolean {
  if (ownLocal && onlyLocal(row.addresses)) return false
  return isPrivate(row) && !reachesPrivate && row.rtt === null && samples.length === 0 && !row.connected
}

/** Nobody can dial it from here. */
function unreachable(facts: PeerFacts, rank: number): readonly Ranked[] {
  const { row, stranger, dials } = facts
  const where = itself(row)
  const found: Ranked[] = []
  // Of one whose entries were refused it is not known which addresses those tell.
  if (stranger) return [...lostDials(facts, rank + 7), ...stalledDials(facts, rank + 6), ...dialsFailed(facts, rank)]
  if (row.addresses.length === 0)
    found.push(ranked(rank + 1, 'no addresses', 'likely', 'it tells no address that could be dialed', [], where))
  else if (isObstacle(facts)) {
    const words = row.addresses.some((address) => addressClass(address) === 'private')
      ? 'all its addresses are private and lead nowhere from another local network'
      : 'all its addresses lead to its own machine only'
    found.push(ranked(dials.length > 0 ? rank + 2 : rank - 5, 'private addresses', 'likely', words, seqs(dials), where))
  }
  return [...found, ...lostDials(facts, rank + 7), ...stalledDials(facts, rank + 6), ...dialsFailed(facts, rank)]
}

/** We stood still whenever it was dialed. */
function stalledDials(facts: PeerFacts, rank: number): readonly Ranked[] {
  const stall = ranOutStalled(tellingDials(facts), facts.stalls)
  if (stall === null) return []
  return [ranked(rank, 'own stall', 'likely', stalledDialWords(stall.ms), [stall.seq], stallAt(stall))]
}

/** It went silent, and dials to it failed since. On this machine one that is not answered is for a process that stands still. */
function unreached(facts: PeerFacts): readonly Ranked[] {
  const dials = tellingDials(facts)
  if (!facts.local || facts.demo || dialsTell(dials, facts.stalls) !== 'no answer')
    // That nobody dialed it makes nobody silent.
    return dials.some(wasTried) ? dialsFailed({ ...facts, dials: dials.filter(wasTried) }, 40, unreachableWords) : []
  // That we had lost the network explains it as well.
  const rank = facts.lostThen === null ? 97 : 88
  return [ranked(rank, 'dials failed', 'likely', facts.back === 'same' ? HUNG : HANGS, seqs(dials), dialedAt(dials))]
}

/** Whether a dial went out, then or before. */
function wasTried({ event }: LoggedEvent): boolean {
  return event.kind === 'DialFailed' && (event.notDialed === undefined || event.notDialed === 'rests')
}

function dialsFailed(facts: PeerFacts, rank: number, words = dialsWords): readonly Ranked[] {
  const { stalls } = facts
  const dials = tellingDials(facts)
  const { last, count } = failedDials(dials)
  if (last?.event.kind !== 'DialFailed') return []
  const failed = dialedAt(dials)
  const said = words(count, last.event)
  // What ran out of time while we stood still tells hardly anything of the peer.
  return ranOutStalled(dials, stalls) === null
    ? [ranked(rank, 'dials failed', 'likely', said, seqs(dials), failed)]
    : [ranked(rank - 15, 'dials failed', 'possible', said, seqs(dials), failed)]
}

/** Where dials that failed are seen. */
function dialedAt(dials: readonly LoggedEvent[]): Evidence {
  const from = Math.min(...dials.map(({ at }) => at))
  return evidence('timeline', { kinds: ['DialFailed'], from, to: null })
}

function nobodyDialed(facts: PeerFacts): readonly Ranked[] {
  // What was before there are events is not known.
  if (facts.dials.length > 0 || facts.logFrom > facts.began || facts.stranger) return []
  return [
    ranked(
      30,
      'nobody dialed',
      'possible',
      'nobody tried to dial it, and it did not come by itself',
      [],
      lifeOf(facts),
    ),
  ]
}

function untold({ row }: PeerFacts): readonly Ranked[] {
  const words = 'nobody was asked for its links yet (a crawl asks all peers)'
  return [ranked(50, 'untold', 'possible', words, [], evidence('network', { peerId: row.peerId }))]
}
