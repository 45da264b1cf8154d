import { Button } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import type { NetworkWhy } from '../../../shared/why.ts'
import { useApp, useForms, useHealth, useLink, usePeers, usePicture } from '../stores/app-context.tsx'
import { askedAt } from '../stores/picture-store.ts'
import { Panel } from '../ui/panel.tsx'
import { strings } from '../ui/strings.ts'
import { askOfMoment } from './ask-of-moment.ts'
import { Causes, tellMore } from './causes.tsx'
import {
  isMendedByDials,
  isOver,
  knownThen,
  matterNow,
  matterThen,
  troubleLasts,
  troubleNow,
  troubleThen,
  troubleTold,
} from './network-trouble.ts'
import { WhySentence } from './why-sentence.tsx'
import { useAsking, useNewest } from './use-asking.ts'
import { useSlowly } from './use-slowly.ts'

/** How often it is asked for while something is wrong, milliseconds. */
const EVERY_MS = 10_000
/** The same of what is over, milliseconds: only how long ago it was changes, but for what is asked of at once. */
const OVER_EVERY_MS = 60_000

/** Why we are alone, why the network is or was lost or split, who went together, that our clock is wrong, or whose entries are refused, and what can be done; or why it was at a past moment. Nothing where all is well. */
export function NetworkWhyCard() {
  const { ui } = useApp()
  const { said } = useForms()
  const status = usePeers((peers) => peers.status.state)
  const islandsNow = useHealth(({ now }) => now?.islands?.count ?? 0)
  const partedNow = useHealth(({ now }) => now?.parted?.splitAt ?? null)
  const goneNow = useHealth(({ now }) => now?.parted?.gone ?? 0)
  const endedNow = useHealth(({ now }) => now?.parted?.ended ?? false)
  const lostNow = useHealth(({ now }) => now?.losses?.to ?? null)
  const notKnownNow = useHealth(({ now }) => now?.notKnown?.count ?? 0)
  // While peers go silent all the time this changes with each look at Health.
  const silentNow = useSlowly(
    useHealth(({ now }) => now?.left.silent ?? 0),
    EVERY_MS,
  )
  const ownClockNow = useHealth(({ now }) => now?.left.ownClock ?? 0)
  const clockNow = useHealth(({ now }) => now?.clock?.byMs ?? null)
  const refusedNow = useHealth(({ now }) => now?.refused ?? 0)
  const wrongNow = useHealth((health) => troubleNow(status, health.now))
  const certain = useHealth((health) => troubleTold(status, health.now))
  const wrongThen = usePicture(({ picture }) => knownThen(picture))
  const toldThen = usePicture(({ picture, islands }) => troubleThen(picture, islands?.count ?? 0))
  const likelyNow = useHealth((health) => matterNow(status, health.now))
  const likelyThen = usePicture(({ picture, islands }) => matterThen(picture, islands?.count ?? 0))
  const at = usePicture(askedAt)
  const linked = useLink((link) => link.state === 'live')
  const now = at === null
  const wrong = now ? wrongNow : at !== undefined && wrongThen
  const why = useNetworkWhy(wrong && linked, {
    at: at ?? null,
    everyMs: troubleLasts(status, islandsNow) ? EVERY_MS : OVER_EVERY_MS,
    stamp: `${status} ${islandsNow} ${partedNow} ${goneNow} ${endedNow} ${lostNow} ${notKnownNow} ${silentNow} ${clockNow} ${ownClockNow} ${refusedNow}`,
  })
  const text = strings.health.why
  if (!wrong || why?.matter === 'fine' || why?.matter === 'not joined') return null
  // Another card says what to do while nobody came yet: this one has something to add where something is known to be wrong.
  if (why?.matter === 'alone' && !tellMore(why.causes)) return null
  // What stands below must not jump once the answer is there.
  if (why === null && !(linked && (now ? certain && status !== 'alone' : toldThen))) return null
  const matter = why?.matter ?? (now ? likelyNow : likelyThen)
  const over = isOver(matter)
  return (
    <div className="ps-health-why" data-matter={why?.matter}>
      <Panel title={over ? text.happened : text.network}>
        <div className={why === null ? 'ps-why-place' : undefined} data-state="network">
          {why === null ? (
            <p className="ps-why-note">{text.pending}</p>
          ) : (
            <>
              <p className="ps-health-text">
                <WhySentence why={why} live={now} words={said} />
              </p>
              <Causes why={why} live={now} of="network" />
              {why.notKept === null ? null : <p className="ps-why-note">{why.notKept}</p>}
            </>
          )}
        </div>
        {!now || !isMendedByDials(matter) ? null : (
          <div className="ps-health-verbs">
            <Button size="compact-xs" variant="default" onClick={() => ui.setState({ dialog: 'dial' })}>
              {text.dial}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => ui.setState({ view: 'bootstrap' })}>
              {text.bootstrap}
            </Button>
          </div>
        )}
      </Panel>
    </div>
  )
}

/** What is asked of. */
interface Asked {
  /** A past moment, which is asked of once; null for now. */
  readonly at: number | null
  readonly everyMs: number
  readonly stamp: string
}

function useNetworkWhy(on: boolean, { at, everyMs, stamp }: Asked): NetworkWhy | null {
  const { client } = useApp()
  const [answer, setAnswer] = useState<{ readonly why: NetworkWhy; readonly of: number | null } | null>(null)
  const begin = useNewest()
  const ask = useCallback(async (): Promise<void> => {
    const counts = begin()
    try {
      const why = await client.why.network({})
      if (counts()) setAnswer({ why, of: null })
    } catch {
      // What was told last stays; the strip says where nothing answers.
    }
  }, [client, begin])
  useAsking(on && at === null, everyMs, ask, stamp)
  useEffect(() => {
    if (!on || at === null) return undefined
    return askOfMoment(
      (signal) => client.why.network({ at }, { signal }),
      (why) => setAnswer({ why, of: at }),
    )
  }, [client, on, at])
  return on && answer?.of === at ? answer.why : null
}
