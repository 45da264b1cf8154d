import { useEffect, useState } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { PeerWhy } from '../../../shared/why.ts'
import { Causes } from '../health/causes.tsx'
import { useApp, useForms, useLink, useNotes, usePicture } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { whyStamp } from './why-stamp.ts'
import { whyWords } from './why-words.ts'
import { Section } from './section.tsx'

/** Pause after a change before it is asked, milliseconds: what explains it may be told a moment later. */
const SETTLE_MS = 300
/** How often it is asked again while something is wrong: ages and causes change, milliseconds. */
const EVERY_MS = 15_000

/** Why a peer is slow, gone or out of reach, with what may be the cause. Nothing where all is well. */
export function Why({ row }: { readonly row: PeerRow }) {
  const { notes } = useApp()
  const { said } = useForms()
  useNotes((state) => state.notes)
  const why = useWhy(row)
  if (why === null || why.matter === 'fine' || why.matter === 'ourselves') return null
  return (
    <Section id="why" title={strings.health.why.title}>
      <p className="ps-why" data-matter={why.matter}>
        {said(whyWords(why, notes.nameOf(row.peerId)))}
      </p>
      <Causes causes={why.causes} />
    </Section>
  )
}

/** Asked again when the state of the peer changes, and at times while something is wrong with it. */
function useWhy(row: PeerRow): PeerWhy | null {
  const { client } = useApp()
  const live = useLink(({ state }) => state === 'live')
  // The engine tells of the peer as it is now.
  const now = usePicture((state) => state.wanted === null && state.picture === null)
  const [why, setWhy] = useState<PeerWhy | null>(null)
  const { peerId } = row
  const stamp = whyStamp(row)
  useEffect(() => {
    if (!live || !now) return undefined
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async (): Promise<void> => {
      const answer = await asked(client, peerId, stop.signal)
      if (stop.signal.aborted) return
      if (answer !== null) setWhy(answer)
      if (answer?.matter !== 'ourselves') timer = setTimeout(() => void ask(), EVERY_MS)
    }
    timer = setTimeout(() => void ask(), SETTLE_MS)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a change of the stamp asks again
  }, [client, peerId, stamp, live, now])
  return now && why?.peerId === peerId ? why : null
}

/** Null where there is no answer: a peer that is no longer known needs none. */
async function asked(
  client: ReturnType<typeof useApp>['client'],
  peerId: PeerId,
  signal: AbortSignal,
): Promise<PeerWhy | null> {
  try {
    return await client.why.peer({ peerId }, { signal })
  } catch {
    return null
  }
}
