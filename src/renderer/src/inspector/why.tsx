import { useMemo } from 'react'
import type { PeerRow } from '../../../shared/peer.ts'
import type { PeerWhy } from '../../../shared/why.ts'
import { Causes } from '../health/causes.tsx'
import { WhySentence } from '../health/why-sentence.tsx'
import { useAbilities, useApp, useForms, useNotes, usePicture } from '../stores/app-context.tsx'
import { askedAt, shownAt } from '../stores/picture-store.ts'
import { sentence } from '../ui/errors.ts'
import { formatRtt } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { linksOf } from './links-of.ts'
import { middleOfSlowest, needsWhy, saysNothing, whyStamp } from './why-stamp.ts'
import { Section } from './section.tsx'
import { useWhy } from './use-why.ts'
import { whyWords } from './why-words.ts'
import { hostNow } from '../ui/host-time.ts'

/** Why a peer is slow, gone or out of reach, or was at the moment that is looked at, with what may be the cause. Of the slowest one also why it is not slow; else nothing where all is well. */
export function Why({ row }: { readonly row: PeerRow }) {
  const { peers, notes } = useApp()
  const { said } = useForms()
  useNotes((state) => state.notes)
  const { neighbors } = useAbilities()
  const { why, failure, pending } = useWhy(row.peerId, whyStamp(row))
  const moment = usePicture(({ picture }) => shownAt(picture))
  const playing = usePicture((state) => state.playing)
  // What stands below must not jump once the answer is there.
  const stamp = `${row.peerId} ${row.state} ${row.notKnown} ${row.version.startedAt} ${neighbors} ${row.rtt === null}`
  const kept = useMemo(() => {
    const { peers: rows, links } = peers.getState()
    const linked = neighbors ? linksOf(links, row.peerId).links.length > 0 : null
    const needed = needsWhy(row, { others: rows.values(), linked, now: moment ?? hostNow() })
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
      <WhyTold why={why} />
    </Section>
  )
}

/** The answer: the sentence, with its causes. @param over whether it is of a moment of its own that is over, whatever moment is shown */
export function WhyTold({ why, over = false }: { readonly why: PeerWhy; readonly over?: boolean }) {
  const { notes } = useApp()
  const { said } = useForms()
  useNotes((state) => state.notes)
  const isNow = usePicture(askedAt) === null
  const live = isNow && !over
  return (
    <>
      <p className="ps-why" data-matter={why.matter}>
        <WhySentence
          why={why}
          live={live}
          words={(sentence) => said(whyWords({ ...why, sentence }, notes.nameOf(why.peerId)))}
        />
      </p>
      <Causes why={why} live={live} of="peer" />
      {why.notKept === null ? null : <p className="ps-why-note">{why.notKept}</p>}
    </>
  )
}
