import { useEffect, useState } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { PeerWhy } from '../../../shared/why.ts'
import { Causes } from '../health/causes.tsx'
import { useApp, useForms, useLink, useNotes, usePicture } from '../stores/app-context.tsx'
import { askedAt } from '../stores/picture-store.ts'
import { describeFailure, sentence } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { strings } from '../ui/strings.ts'
import { whyStamp } from './why-stamp.ts'
import { whyWords } from './why-words.ts'
import { Section } from './section.tsx'

/** Pause after a change before it is asked, milliseconds: what explains it may be told a moment later. */
const SETTLE_MS = 300
/** How often it is asked again while something is wrong: ages and causes change, milliseconds. */
const EVERY_MS = 15_000

/** Why a peer is slow, gone or out of reach, or was at the moment that is looked at, with what may be the cause. Nothing where all is well. */
export function Why({ row }: { readonly row: PeerRow }) {
  const { notes } = useApp()
  const { said } = useForms()
  useNotes((state) => state.notes)
  const { why, failure } = useWhy(row)
  const title = strings.health.why.title
  // Of a past moment it may not be kept. Who was here needs no explanation.
  if (failure !== null && (row.state !== 'online' || row.notKnown === true))
    return (
      <Section id="why" title={title}>
        <p className="ps-why-note">{sentence(said(failure.message))}</p>
      </Section>
    )
  if (why === null || why.matter === 'fine' || why.matter === 'ourselves') return null
  return (
    <Section id="why" title={title}>
      <p className="ps-why" data-matter={why.matter}>
        {said(whyWords(why, notes.nameOf(row.peerId)))}
      </p>
      <Causes causes={why.causes} />
      {why.notKept === null ? null : <p className="ps-why-note">{why.notKept}</p>}
    </Section>
  )
}

/** What was answered, and of what. */
interface Answer {
  readonly why: PeerWhy | null
  readonly failure: Failure | null
}

const NO_ANSWER: Answer = { why: null, failure: null }

/** Asked again when the state of the peer changes, and at times while something is wrong with it; of a past moment once. */
function useWhy(row: PeerRow): Answer {
  const { client } = useApp()
  const live = useLink(({ state }) => state === 'live')
  // Null for now; undefined while nothing can be asked: a snapshot has no moment, and one that is played goes by.
  const at = usePicture(askedAt)
  const [answer, setAnswer] = useState<(Answer & { readonly of: string }) | null>(null)
  const { peerId } = row
  const of = `${peerId} ${at}`
  const stamp = whyStamp(row)
  useEffect(() => {
    if (!live || at === undefined) return undefined
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async (): Promise<void> => {
      const found = await asked(client, peerId, at, stop.signal)
      if (stop.signal.aborted) return
      if (found.why !== null || at !== null) setAnswer({ ...found, of })
      if (at === null && found.why?.matter !== 'ourselves') timer = setTimeout(() => void ask(), EVERY_MS)
    }
    timer = setTimeout(() => void ask(), SETTLE_MS)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a change of the stamp asks again
  }, [client, peerId, stamp, live, at, of])
  return at !== undefined && answer?.of === of ? answer : NO_ANSWER
}

/** Without an answer there is no failure where it is about now: a peer that is no longer known needs none. */
async function asked(
  client: ReturnType<typeof useApp>['client'],
  peerId: PeerId,
  at: number | null,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    return { why: await client.why.peer({ peerId, ...(at === null ? {} : { at }) }, { signal }), failure: null }
  } catch (thrown) {
    return { why: null, failure: at === null ? null : describeFailure(thrown) }
  }
}
