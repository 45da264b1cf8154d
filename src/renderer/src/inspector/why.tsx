import { useEffect, useMemo, useRef, useState } from 'react'
import type { PeerRow } from '../../../shared/peer.ts'
import { Causes } from '../health/causes.tsx'
import { WhySentence } from '../health/why-sentence.tsx'
import { useAbilities, useApp, useForms, useLink, useNotes, usePicture } from '../stores/app-context.tsx'
import { askedAt, shownAt } from '../stores/picture-store.ts'
import { sentence } from '../ui/errors.ts'
import { formatRtt } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { asked } from './ask-why.ts'
import type { Answer } from './ask-why.ts'
import { linksOf } from './links-of.ts'
import { middleOfSlowest, needsWhy, saysNothing, whyStamp } from './why-stamp.ts'
import { whyWords } from './why-words.ts'
import { Section } from './section.tsx'

/** Pause after a change before it is asked, milliseconds: what explains it may be told a moment later. */
const SETTLE_MS = 300
/** How often it is asked again while something is wrong: ages and causes change, milliseconds. */
const EVERY_MS = 15_000

/** Why a peer is slow, gone or out of reach, or was at the moment that is looked at, with what may be the cause. Of the slowest one also why it is not slow; else nothing where all is well. */
export function Why({ row }: { readonly row: PeerRow }) {
  const { notes, peers } = useApp()
  const { said } = useForms()
  useNotes((state) => state.notes)
  const { neighbors } = useAbilities()
  const { why, failure, pending } = useWhy(row)
  const live = usePicture(askedAt) === null
  const moment = usePicture(({ picture }) => shownAt(picture))
  const playing = usePicture((state) => state.playing)
  // What stands below must not jump once the answer is there.
  const stamp = `${row.peerId} ${row.state} ${row.notKnown} ${row.version.startedAt} ${neighbors} ${row.rtt === null}`
  const kept = useMemo(() => {
    const { peers: rows, links } = peers.getState()
    const linked = neighbors ? linksOf(links, row.peerId).links.length > 0 : null
    const needed = needsWhy(row, { others: rows.values(), linked, now: moment ?? Date.now() })
    return { needed, middle: needed ? null : middleOfSlowest(row, rows.values()), stamp }
    // oxlint-disable-next-line react/exhaustive-deps -- not with each round-trip time
  }, [peers, stamp])
  const title = strings.health.why.title
  const slowest =
    kept.middle === null || row.rtt === null ? null : (
      <Section id="why" title={title}>
        <p className="ps-why">
          {strings.health.why.notSlow(notes.nameOf(row.peerId), formatRtt(row.rtt.srtt), formatRtt(kept.middle))}
        </p>
      </Section>
    )
  // Of a past moment it may not be kept. Who was here needs no explanation.
  if (failure !== null && (row.state !== 'online' || row.notKnown === true))
    return (
      <Section id="why" title={title}>
        <p className="ps-why-note">{sentence(said(failure.message))}</p>
      </Section>
    )
  if (why === null)
    return pending && kept.needed ? (
      <Section id="why" title={title}>
        <div className="ps-why-place" data-state={row.state}>
          <p className="ps-why-note">{playing ? strings.health.why.played : strings.health.why.pending}</p>
        </div>
      </Section>
    ) : (
      slowest
    )
  if (!kept.needed && saysNothing(why)) return slowest
  return (
    <Section id="why" title={title}>
      <div>
        <p className="ps-why" data-matter={why.matter}>
          <WhySentence
            why={why}
            live={live}
            words={(sentence) => said(whyWords({ ...why, sentence }, notes.nameOf(row.peerId)))}
          />
        </p>
        <Causes why={why} live={live} />
        {why.notKept === null ? null : <p className="ps-why-note">{why.notKept}</p>}
      </div>
    </Section>
  )
}

const NO_ANSWER: Answer = { why: null, failure: null }
const PENDING = { ...NO_ANSWER, pending: true }

/** Asked again when the state of the peer changes, and at times while something is wrong with it; of a past moment once. */
function useWhy(row: PeerRow): Answer & { readonly pending: boolean } {
  const { client } = useApp()
  const live = useLink(({ state }) => state === 'live')
  // Null for now; undefined while nothing can be asked: a snapshot has no moment, and one that is played goes by.
  const at = usePicture(askedAt)
  const snapshot = usePicture(({ picture }) => picture !== null && picture.at === null)
  const [answer, setAnswer] = useState<(Answer & { readonly of: string }) | null>(null)
  const { peerId } = row
  const of = `${peerId} ${at}`
  const stamp = whyStamp(row)
  const begun = useRef<string | null>(null)
  useEffect(() => {
    if (!live || at === undefined) return undefined
    // A change may be explained a moment later; what is only looked at now, at once.
    const wait = begun.current === of ? SETTLE_MS : 0
    begun.current = of
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async (): Promise<void> => {
      const found = await asked(client, peerId, at, stop.signal)
      if (stop.signal.aborted) return
      if (found.why !== null || at !== null) setAnswer({ ...found, of })
      // Without an answer nothing is kept for one.
      else setAnswer((before) => (before?.of === of ? before : { ...NO_ANSWER, of }))
      if (at === null && found.why?.matter !== 'ourselves') timer = setTimeout(() => void ask(), EVERY_MS)
    }
    timer = setTimeout(() => void ask(), wait)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a change of the stamp asks again
  }, [client, peerId, stamp, live, at, of])
  // A snapshot is never asked of; a moment that is on its way, or that time goes by, is as soon as it stays.
  if (at === undefined || !live) return { ...NO_ANSWER, pending: live && !snapshot }
  return answer?.of === of ? { ...answer, pending: false } : PENDING
}
