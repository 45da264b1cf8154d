import { Button, Menu } from '@mantine/core'
import { IconAlertTriangle, IconDots } from '@tabler/icons-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { RefObject } from 'react'
import type { NetworkRef } from '../../../shared/contract.ts'
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { HealthPhrase } from '../../../shared/health-words.ts'
import { healthPhrases } from '../../../shared/health-words.ts'
import { rttOf } from '../../../shared/rtt.ts'
import { showIslands } from '../graph/show-islands.ts'
import { useApp, useHealth, useLink, usePeers, usePicture } from '../stores/app-context.tsx'
import { hereIn } from '../stores/peer-store.ts'
import { isForeign } from '../stores/picture-store.ts'
import { formatDayAndClock, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { useNow } from '../ui/time.tsx'
import { beforeMoment, tellsOf } from './before.ts'
import { fitPhrases } from './fit-phrases.ts'
import type { OneByOne } from './one-by-one.ts'
import { oneByOne } from './one-by-one.ts'
import { showEvidence } from './open-evidence.ts'
import type { Before } from '../../../shared/past-phrases.ts'
import { pastPhrases } from '../../../shared/past-phrases.ts'
import { useAsking } from './use-asking.ts'
import { useCounted } from './use-counted.ts'

/** How often it is asked for, milliseconds. */
const EVERY_MS = 2000
/** Pause before a moment's sentence is asked for, milliseconds: scrubbing and playing go by many. */
const SETTLE_MS = 150

/** How the network is, in one sentence whose phrases open what they are told from. */
export function HealthStrip() {
  const picture = usePicture((state) => state.picture)
  const wanted = usePicture((state) => state.wanted)
  const joined = usePeers(({ status }) => ('neighbors' in status ? status.network : null))
  const stored = usePicture((state) => state.played?.stored?.network ?? null)
  const shared = usePicture((state) => state.played?.origin?.network ?? null)
  if (picture?.kind === 'stored' && stored !== null) return <Past at={picture.at} network={stored} />
  if (picture?.kind === 'file' && picture.at !== null && shared !== null)
    return <Past at={picture.at} network={shared} />
  // A snapshot has no moment, and may be of another network.
  if (joined === null || isForeign(picture) || stored !== null) return null
  return wanted === null ? <Now /> : <Past at={picture?.at ?? wanted} network={joined} />
}

function Now() {
  const { health } = useApp()
  const now = useHealth((state) => state.now)
  const failed = useHealth((state) => state.failure !== null)
  const linked = useLink(({ state }) => state === 'live')
  // What was told last is not how it is now.
  const silentAt = useLink(({ silentSince, heardAt }) => (silentSince === null ? null : heardAt))
  const state = usePeers(({ status }) => status.state)
  const look = useCallback(() => health.look(), [health])
  useAsking(linked, EVERY_MS, look, `${state} ${useCounted()}`)
  // The count of header and table, which knows who went with us; the word for the state is of the same moment.
  const here = usePeers(hereIn)
  if (now === null) {
    return (
      <Frame>
        <span className="ps-phrase">{failed ? strings.health.failed : strings.health.looking}</span>
      </Frame>
    )
  }
  return <Phrases phrases={healthPhrases({ ...now, here, state })} asOf={silentAt} />
}

interface PastProps {
  readonly at: number
  readonly network: NetworkRef
}

function Past({ at, network }: PastProps) {
  const { client, playedParts, other } = useApp()
  const played = usePicture((state) => state.played)
  const playing = usePicture((state) => state.playing)
  const [before, setBefore] = useState<Before | null>(null)
  const asking = useRef<OneByOne<number> | null>(null)
  const then = usePicture(({ picture }) => picture)
  const islands = usePicture((state) => state.islands)
  useEffect(() => {
    const asked = oneByOne<number>(SETTLE_MS, async (moment, signal) => {
      try {
        const span = { from: Math.max(0, Math.floor(moment - HEALTH_SPAN_MS)), to: Math.max(1, Math.floor(moment)) }
        const answer = await beforeMoment(played === null ? client : playedParts.client, played, { ...span, signal })
        if (!signal.aborted) setBefore(answer)
      } catch {
        // The banner of the past tells what fails; the sentence goes without what is not known.
        if (!signal.aborted) setBefore(null)
      }
    })
    asking.current = asked
    return () => {
      asked.stop()
      setBefore(null)
    }
  }, [client, playedParts, played])
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another picture has another answer
  useEffect(() => asking.current?.want(at), [client, playedParts, played, at])
  const { peers } = other.peers.getState()
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the map is changed in place with each moment
  const rtt = useMemo(() => rttOf(peers.values()), [peers, then])
  if (then === null) return <Frame />
  const fresh = before !== null && tellsOf(before, at, playing) ? before : null
  const phrases = pastPhrases({
    network,
    here: then.here,
    nothing: then.nearest !== null,
    loss: then.loss,
    deserted: then.deserted,
    alone: then.alone,
    stall: then.stall,
    parted: then.parted,
    islands: islands ?? null,
    islandsEnded: then.islandsEnded === true,
    rtt,
    peers: peers.values(),
    before: fresh,
  })
  return <Phrases phrases={phrases} asOf={then.at} />
}

function Frame({ children }: { readonly children?: React.ReactNode }) {
  return (
    <section className="ps-strip-line" aria-label={strings.health.strip} data-testid="health-strip">
      {children}
    </section>
  )
}

function Phrases({
  phrases,
  asOf = null,
}: {
  readonly phrases: readonly HealthPhrase[]
  readonly asOf?: number | null
}) {
  const frame = useRef<HTMLDivElement>(null)
  const room = useWidth(frame)
  const today = useNow(60_000)
  const when = asOf === null ? null : strings.health.asOf(formatDayAndClock(asOf, today))
  const sized = phrases.map((phrase) => {
    const { text, short = text, tone } = phrase
    return { phrase, width: phraseWidth(text, tone), shortWidth: phraseWidth(short, tone) }
  })
  const taken = when === null ? 0 : AROUND + textWidth(when, WEIGHTS.when)
  const { shown, more } = fitPhrases(sized, room - taken, MENU_WIDTH)
  return (
    <Frame>
      <div ref={frame} className="ps-phrases">
        {when === null ? null : (
          <strong className="ps-phrase-when" title={asOf === null ? undefined : formatExact(asOf)}>
            {when}
          </strong>
        )}
        {shown.map(({ phrase, text }) => (
          <Phrase key={phrase.id} phrase={phrase} words={text} />
        ))}
        {more.length === 0 ? null : <More phrases={more} />}
      </div>
    </Frame>
  )
}

/** @param words the text of the phrase, or as much of it as there is room for */
function Phrase({ phrase, words }: { readonly phrase: HealthPhrase; readonly words: string }) {
  const open = useOpen()
  const { where, act } = open(phrase)
  const { id, text, more, tone } = phrase
  const title = [...(words === text ? [] : [text]), ...(more === '' ? [] : [more]), strings.health.opens[where]]
  return (
    <button
      type="button"
      className="ps-phrase"
      data-phrase={id}
      data-tone={tone}
      title={title.join('\n')}
      onClick={act}
    >
      {isBad(tone) ? <IconAlertTriangle size={13} aria-hidden /> : null}
      <span>{words}</span>
    </button>
  )
}

function More({ phrases }: { readonly phrases: readonly HealthPhrase[] }) {
  const open = useOpen()
  const tone = phrases.some((one) => one.tone === 'bad')
    ? 'bad'
    : phrases.some((one) => one.tone === 'warning')
      ? 'warning'
      : 'plain'
  // That there is something to look at is not hidden with it.
  const Sign = isBad(tone) ? IconAlertTriangle : IconDots
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          className="ps-phrase-more"
          data-tone={tone}
          aria-label={strings.health.moreLabel}
          leftSection={<Sign size={14} aria-hidden />}
        >
          {strings.health.more(phrases.length)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {phrases.map((phrase) => (
          <Menu.Item key={phrase.id} data-phrase={phrase.id} title={phrase.more} onClick={open(phrase).act}>
            {phrase.text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** What a phrase opens: its evidence, or where the rest is told. */
function useOpen(): (phrase: HealthPhrase) => {
  readonly where: keyof typeof strings.health.opens
  readonly act: () => void
} {
  const app = useApp()
  return ({ id, evidence, tone }) => {
    const { ui, picture, table } = app
    // The history of a stored network has events of its own.
    const { events } = picture.getState().played === null ? app : app.playedParts
    if (evidence !== null) {
      const act = (): void => {
        showEvidence({ ui, picture, events, table }, evidence)
        // Of a split it is who is in which island that is asked for.
        if (id === 'islands' && isBad(tone)) showIslands(ui)
      }
      return { where: evidence.view, act }
    }
    const view = id === 'store' ? 'settings' : 'health'
    return { where: view, act: () => app.ui.setState({ view, selected: null }) }
  }
}

/** As the style sheet has it, pixels: around the words of a phrase, its sign with the gap, and the button of the menu. */
const AROUND = 12
const SIGN = 18
const MENU_WIDTH = 84
const SIZE = 12.5
const WEIGHTS = { usual: 400, bad: 550, when: 600 } as const

function phraseWidth(text: string, tone: HealthPhrase['tone']): number {
  return AROUND + textWidth(text, tone === 'bad' ? WEIGHTS.bad : WEIGHTS.usual) + (isBad(tone) ? SIGN : 0)
}

let context: CanvasRenderingContext2D | null = null

function textWidth(text: string, weight: number): number {
  context ??= document.createElement('canvas').getContext('2d')
  if (context === null) return text.length * 7
  context.font = `${weight} ${SIZE}px ${getComputedStyle(document.body).fontFamily}`
  // The strip's digits are all as wide as a zero.
  return context.measureText(text.replaceAll(/\d/g, '0')).width
}

function isBad(tone: HealthPhrase['tone']): boolean {
  return tone === 'bad' || tone === 'warning'
}

/** The width of an element, followed. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const { current } = element
    if (current === null) return undefined
    const observer = new ResizeObserver(() => setWidth(current.clientWidth))
    // Tells the width at once, and whenever it changes.
    observer.observe(current)
    return () => observer.disconnect()
  }, [element])
  return width
}
