import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { toldLater } from '../../../shared/why-words.ts'
import type { PeerWhy } from '../../../shared/why.ts'
import { Causes } from '../health/causes.tsx'
import { useApp, useForms, useLink, useNotes, usePicture, useUi } from '../stores/app-context.tsx'
import { isForeign, isOverBy } from '../stores/picture-store.ts'
import { sentence } from '../ui/errors.ts'
import { formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { askedDeparture } from './ask-why.ts'
import type { DepartureAnswer } from './ask-why.ts'
import { Section } from './section.tsx'
import { isOverSince } from './why-stamp.ts'
import { whyWords } from './why-words.ts'

/**
 * Why the peer left, of the departure that was clicked, as of when it did: where it is back since, or left once more, why of it as it is
 * says nothing of that. Where a link names a moment at which it did not leave, that; and of a moment before it left, that it was still here.
 * Nothing where no departure was clicked.
 * @param row undefined where the peer is not listed
 */
export function DepartureWhy({ peerId, row }: { readonly peerId: PeerId; readonly row: PeerRow | undefined }) {
  const { said } = useForms()
  useNotes((state) => state.notes)
  const clicked = useUi(({ departure }) => (departure?.peerId === peerId ? departure.at : null))
  const past = usePicture(({ picture, wanted }) => picture !== null || wanted !== null)
  const over = usePicture((state) => (clicked === null ? null : isOverBy(state, clicked)))
  const at = over === null ? null : clicked
  const { recorded, why, failure } = useAnswer(peerId, at)
  if (at === null) return null
  if (recorded === false)
    return (
      <Section id="departure" title={strings.health.why.departure}>
        <NoDeparture at={at} past={past} />
      </Section>
    )
  if (over === false && recorded === true)
    return (
      <Section id="departure" title={strings.health.why.departure}>
        <StillToCome at={at} />
      </Section>
    )
  // Why of it as it is tells of the last one.
  if (over === true && !isOverSince(row, at)) return null
  const told = why === null ? null : toldLater(why)
  return (
    <Section id="departure" title={strings.health.why.departure}>
      {told === null && failure !== null ? (
        <p className="ps-why-note">{sentence(said(failure.message))}</p>
      ) : (
        <div className={over === true && told === null ? 'ps-why-place' : undefined} data-state="gone">
          {told === null ? (
            <p className="ps-why-note">{strings.health.why.pending}</p>
          ) : (
            <Told peerId={peerId} told={told} />
          )}
        </div>
      )}
    </Section>
  )
}

function Told({ peerId, told }: { readonly peerId: PeerId; readonly told: PeerWhy }) {
  const { notes } = useApp()
  const { said } = useForms()
  return (
    <>
      <p className="ps-why" data-matter={told.matter}>
        {said(whyWords(told, notes.nameOf(peerId)))}
      </p>
      <Causes why={told} live={false} of="peer" />
      {told.notKept === null ? null : <p className="ps-why-note">{told.notKept}</p>}
    </>
  )
}

/** A link may name any moment. @param past whether a past moment is looked at */
function NoDeparture({ at, past }: { readonly at: number; readonly past: boolean }) {
  const { picture, ui } = useApp()
  const foreign = usePicture((state) => isForeign(state.picture))
  const text = strings.health.why
  const show = (): void => {
    ui.setState({ departure: null })
    if (past && !foreign) picture.leave()
  }
  return (
    <>
      <p className="ps-why-note">
        {text.noDeparture} <span style={{ whiteSpace: 'nowrap' }}>{formatExact(at)}.</span>
      </p>
      <Button size="compact-xs" variant="default" onClick={show}>
        {foreign ? text.asItWas : text.asItIs}
      </Button>
    </>
  )
}

/** Of a past moment nothing is told that came later, but when that was. */
function StillToCome({ at }: { readonly at: number }) {
  const { picture } = useApp()
  const text = strings.health.why
  return (
    <>
      <p className="ps-why-note">
        {text.notLeftYet} <span style={{ whiteSpace: 'nowrap' }}>{formatExact(at)}.</span>
      </p>
      <Button size="compact-xs" variant="default" onClick={() => picture.goTo(at)}>
        {text.toDeparture}
      </Button>
    </>
  )
}

const PENDING: DepartureAnswer = { recorded: null, why: null, failure: null }

/** Asked once: what is over stays as it is. */
function useAnswer(peerId: PeerId, at: number | null): DepartureAnswer {
  const { client } = useApp()
  const live = useLink(({ state }) => state === 'live')
  const [answer, setAnswer] = useState<(DepartureAnswer & { readonly of: string }) | null>(null)
  const of = `${peerId} ${at}`
  useEffect(() => {
    if (!live || at === null) return undefined
    const stop = new AbortController()
    const ask = async (): Promise<void> => {
      const found = await askedDeparture(client, peerId, at, stop.signal)
      if (!stop.signal.aborted) setAnswer({ ...found, of })
    }
    void ask()
    return () => stop.abort()
  }, [client, peerId, live, at, of])
  return answer?.of === of ? answer : PENDING
}
